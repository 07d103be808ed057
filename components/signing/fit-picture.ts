/** The longer side of a picture that was made smaller, in pixels: more than a signature has on paper at 600 dpi. */
const LONGEST = 2_400;
/** What a browser is asked to open. */
const MOST_BYTES = 40 * 1024 * 1024;

/**
 * A photo that is too large to send, made smaller on the device it was taken with.
 *
 * @param most bytes that may be sent.
 * @returns the file itself where it fits; null where the browser cannot open it or nothing smaller comes of it.
 */
export async function fitPicture(file: File, most: number): Promise<File | null> {
  if (file.size <= most) return file;
  if (file.size > MOST_BYTES) return null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context) {
    // A JPEG has no transparency: what shows through a picture is paper.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  picture.close();
  if (!context) return null;
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return made && made.size <= most ? new File([made], file.name, { type: made.type }) : null;
}

import { type Crop, isWhole, WHOLE } from "./crop.ts";

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
  return redraw(file, WHOLE, most);
}

/**
 * A part of a picture, as a picture of its own.
 *
 * @returns the file itself where all of it is wanted; null where the browser cannot open it.
 */
export async function cropPicture(file: File, crop: Crop, most: number): Promise<File | null> {
  return isWhole(crop) ? file : redraw(file, crop, most);
}

async function redraw(file: File, crop: Crop, most: number): Promise<File | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const [x, y] = [crop.left * picture.width, crop.top * picture.height];
  const [wide, high] = [(crop.right - crop.left) * picture.width, (crop.bottom - crop.top) * picture.height];
  const scale = Math.min(1, LONGEST / Math.max(wide, high));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const context = canvas.getContext("2d");
  if (context) {
    // A JPEG has no transparency: what shows through a picture is paper.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, x, y, wide, high, 0, 0, canvas.width, canvas.height);
  }
  picture.close();
  if (!context) return null;
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return made && made.size <= most ? new File([made], file.name, { type: made.type }) : null;
}

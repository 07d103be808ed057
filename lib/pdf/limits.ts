/** What a file may ask of us. Each is far above real documents and far below what hurts. */
export const PDF_LIMITS = {
  /** Arrays and dictionaries inside each other in one object. */
  nesting: 200,
  /** References followed in a row to reach one value. */
  referenceChain: 32,
  /** Entries of the cross-reference, all sections together. */
  objects: 1_000_000,
  /** Cross-reference sections, one for each saved change. */
  sections: 4_096,
  /** Bytes read in vain while a damaged file is searched for objects, beside three times its size. */
  wastedBytes: 16 << 20,
  /** Bytes of one object without its stream. */
  objectBytes: 64 << 20,
  /** Bytes that one stream of the file's structure may inflate to. */
  inflatedBytes: 256 << 20,
  /** Bytes that the content of one page may unpack to. */
  contentBytes: 64 << 20,
  /** And that of all pages together. */
  allContentBytes: 512 << 20,
  /** Graphics states a page may leave open. */
  openStates: 10_000,
  /** Depth of the page and of the field tree. */
  treeDepth: 64,
  pages: 100_000,
  fields: 100_000,
  /** Entries of one name tree. */
  names: 100_000,
} as const;

// What goes wrong while bytes become objects.

/** A text or value can't be decoded. The message is what the API server says, without what it says around it. */
export class DecodingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodingError';
  }
}

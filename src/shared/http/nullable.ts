/** A time that an answer may lack, for `@ApiProperty`. */
export const NULLABLE_TIME = { type: String, format: 'date-time', nullable: true } as const;

/** An address that an answer may lack. */
export const NULLABLE_URL = { type: String, format: 'uri', nullable: true } as const;

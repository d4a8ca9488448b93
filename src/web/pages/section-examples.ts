/** The examples of one section of the guide. */
export interface Examples {
  readonly curl: string;
  readonly javascript: string;
  readonly python: string;
}

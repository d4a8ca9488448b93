import { browserStore } from './browser-store.js';

/**
 * What a tab of the playground would lose at a reload, or on the way to the registration and back: the picture, the
 * operations, and the upload whose answer has not come yet.
 * @typedef {{ operation_type: string, parameters: Record<string, unknown> }} Operation
 * @typedef {{ key: string, file: File, operations: string, owner: string | null }} Upload
 *   Sent again with the same key it makes no second job. `owner` is who was signed in.
 * @typedef {{ file: File | null, operations: Operation[], upload: Upload | null, at: number }} Draft
 */

/** Drafts of tabs that were closed are swept after this time. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const TAB = 'imagepro.tab';

/** @type {ReturnType<typeof browserStore<Draft>>} */
const drafts = browserStore('drafts');

/** @type {Draft} */
let draft = { file: null, operations: [], upload: null, at: Date.now() };

/** What a person changes while the draft is still read must not replace what they have not seen yet. */
const loaded = load();

/** What this tab has kept. @returns {Promise<Draft>} */
export async function readDraft() {
  await loaded;
  return draft;
}

/** Keeps a part of the draft; resolves when a reload would find it. @param {Partial<Omit<Draft, 'at'>>} part */
export async function keepDraft(part) {
  await loaded;
  draft = { ...draft, ...part, at: Date.now() };
  await drafts.set(tabName(), draft);
}

/** Forgets what this tab has kept. */
export async function forgetDraft() {
  await loaded;
  draft = { file: null, operations: [], upload: null, at: Date.now() };
  await drafts.delete(tabName());
}

/** Reads the draft, and sweeps those that are too old. */
async function load() {
  for (const [tab, { at }] of await drafts.entries()) {
    if (Date.now() - at > KEPT_MS) await drafts.delete(tab);
  }
  draft = (await drafts.get(tabName())) ?? draft;
}

/** A name that the browser keeps as long as the tab. */
function tabName() {
  const name = sessionStorage.getItem(TAB) ?? randomKey();
  sessionStorage.setItem(TAB, name);
  return name;
}

/** 128 random bits in hex; pages without https have no `randomUUID`. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

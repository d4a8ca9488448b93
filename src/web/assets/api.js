import { answerTo, json } from './http.js';
import { local, signed } from './signed.js';

/**
 * @import { OwnAccountDto } from '../../accounts/infrastructure/http/accounts.dto.ts'
 * @import { SessionListDto } from '../../accounts/infrastructure/http/sessions.dto.ts'
 * @import { ApiKeyListDto, MadeApiKeyDto } from '../../accounts/infrastructure/http/keys.dto.ts'
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { UsageReportDto } from '../../usage/infrastructure/http/usage.dto.ts'
 * @import { UsageChoice } from './account-usage.js'
 * @import { BatchListDto } from '../../image-jobs/infrastructure/http/batch.dto.ts'
 * @import { PresetDto, PresetListDto } from '../../image-jobs/infrastructure/http/preset.dto.ts'
 * @import { Content } from './wanted.js'
 * @import { ImageDto, ImageListDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { WebhookDeliveryPageDto } from '../../webhooks/infrastructure/http/deliveries.dto.ts'
 * @import { WebhookListDto, WebhookWithSecretDto } from '../../webhooks/infrastructure/http/webhooks.dto.ts'
 */

/**
 * What the caller may do.
 * @returns {Promise<LimitsDto>}
 */
export const limits = async () => (await signed('/api/limits/')).json();

/**
 * @param {{ username: string, email: string, password: string }} account
 * @returns {Promise<Response>}
 */
export const register = (account) => answerTo('/accounts/register/', json('POST', account));

/** @returns {Promise<OwnAccountDto>} */
export const ownAccount = async () => (await signed('/accounts/me/')).json();

/** @returns {Promise<SessionListDto>} */
export const sessions = async () => (await signed('/accounts/sessions/')).json();

/** @param {string} id */
export const endSession = (id) => signed(`/accounts/sessions/${id}/`, json('DELETE'));

/** @returns {Promise<ApiKeyListDto>} */
export const apiKeys = async () => (await signed('/accounts/keys/')).json();

/**
 * @param {UsageChoice} choice
 * @returns {Promise<UsageReportDto>}
 */
export const usage = async ({ from, to, by }) =>
  (await signed(`/api/usage/?${new URLSearchParams({ from, to, group_by: by })}`)).json();

/**
 * @param {{ name: string, scopes: string[], expires_at?: string }} key
 * @returns {Promise<MadeApiKeyDto>}
 */
export const createApiKey = async (key) => (await signed('/accounts/keys/', json('POST', key))).json();

/** @param {string} id */
export const revokeApiKey = (id) => signed(`/accounts/keys/${id}/`, json('DELETE'));

/** @returns {Promise<WebhookListDto>} */
export const webhooks = async () => (await signed('/api/webhooks/')).json();

/**
 * @param {{ url: string, events: string[] }} webhook
 * @returns {Promise<WebhookWithSecretDto>}
 */
export const createWebhook = async (webhook) => (await signed('/api/webhooks/', json('POST', webhook))).json();

/**
 * @param {string} id
 * @param {{ disabled: boolean } | { url: string, events: string[] }} change
 */
export const changeWebhook = (id, change) => signed(`/api/webhooks/${id}/`, json('PATCH', change));

/** @param {string} id */
export const deleteWebhook = (id) => signed(`/api/webhooks/${id}/`, json('DELETE'));

/** @param {string} id @returns {Promise<WebhookWithSecretDto>} */
export const rotateWebhook = async (id) => (await signed(`/api/webhooks/${id}/rotate/`, json('POST'))).json();

/** @param {string} id */
export const testWebhook = (id) => signed(`/api/webhooks/${id}/test/`, json('POST'));

/** @param {string} id @returns {Promise<WebhookDeliveryPageDto>} */
export const webhookDeliveries = async (id) => (await signed(`/api/webhooks/${id}/deliveries/`)).json();

/** @param {string} id @param {string} delivery */
export const replayDelivery = (id, delivery) =>
  signed(`/api/webhooks/${id}/deliveries/${delivery}/replay/`, json('POST'));

/** @param {{ current_password: string, new_password: string, revoke_keys: boolean }} passwords */
export const changePassword = (passwords) => signed('/accounts/password/', json('POST', passwords));

/** @param {string} password */
export const deleteAccount = (password) => signed('/accounts/delete/', json('POST', { password }));

/**
 * One page of the account's jobs.
 * @param {string} [url] from `next` or `previous`
 * @returns {Promise<ImageListDto>}
 */
export const images = async (url = '/api/images/?limit=10') => (await signed(local(url))).json();

/**
 * @param {string} id
 * @returns {Promise<ImageDto>}
 */
export const image = async (id) => (await signed(`/api/images/${id}/`)).json();

/** @param {string} id */
export const deleteImage = (id) => signed(`/api/images/${id}/`, json('DELETE'));

/**
 * The bytes of a result, or of an archive.
 * @param {string} url
 */
export const download = async (url) => (await signed(local(url))).blob();

/** @returns {Promise<BatchListDto>} */
export const batches = async () => (await signed('/api/batches/?limit=10')).json();

/** @param {string} id */
export const deleteBatch = (id) => signed(`/api/batches/${id}/`, json('DELETE'));

/** @returns {Promise<PresetListDto>} */
export const presets = async () => (await signed('/api/presets/')).json();

/**
 * @param {string} name
 * @param {Content} content
 * @returns {Promise<{ preset: PresetDto, isNew: boolean }>}
 */
export async function savePreset(name, content) {
  const answer = await signed(`/api/presets/${name}/`, json('PUT', content));
  return { preset: await answer.json(), isNew: answer.status === 201 };
}

/** @param {string} name */
export const deletePreset = (name) => signed(`/api/presets/${name}/`, json('DELETE'));

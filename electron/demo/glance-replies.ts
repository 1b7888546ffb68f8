import type { DemoReply, DemoRequest } from './simulated-server.ts';
import { pythonJson } from './simulated-server.ts';

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The texts of webob for errors to which Glance adds no text. */
export const defaultTexts = {
  unauthorized:
    'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.',
  notFound: 'The resource could not be found.',
  serverError: 'The server has either erred or is incapable of performing the requested operation.',
  cachingOff: 'Caching via API is not supported at this site.',
};

/** Thrown by a handler; answered like an error of Glance (webob), in a format that the caller accepts. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export const imageNotFound = (id: string) => new Refusal(404, `Image ${id} not found.`);
export const forbidden = (action: string) => new Refusal(403, `You are not authorized to complete ${action} action.`);
export const methodNotAllowed = (allow: string) => new Refusal(405, '', { Allow: allow });

export function json(value: unknown, status = 200): DemoReply {
  const body = pythonJson(value);
  return { status, headers: { 'Content-Type': 'application/json', 'Content-Length': length(body) }, body };
}

/** Glance's 202 and 204, and the 200 of clean: no body, with the content type HTML. */
export function empty(status: number): DemoReply {
  return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Length': '0' }, body: '' };
}

/** Formats a refusal with the texts and the format of webob (`WSGIHTTPException.generate_response`). */
export function refuse(refusal: Refusal, request: DemoRequest): DemoReply {
  const { status, headers } = refusal;
  const title = titles[status] ?? 'Error';
  const line = `${status} ${title}`;
  const body = (escaped: (text: string) => string) =>
    status === 405
      ? `The method ${request.method} is not allowed for this resource. <br /><br />\n`
      : `${escaped(refusal.message)}<br /><br />\n\n\n`;
  const format = accepted(request.headers.accept);
  let content: string;
  let type: string;
  if (format === 'json') {
    content = pythonJson({ message: body((text) => text), code: line, title });
    type = 'application/json';
  } else if (format === 'html') {
    content = `<html>\n <head>\n  <title>${line}</title>\n </head>\n <body>\n  <h1>${line}</h1>\n  ${body(escapeHtml)}\n </body>\n</html>`;
    type = 'text/html; charset=UTF-8';
  } else {
    content = `${line}\n\n${body((text) => text)
      .replaceAll('\n', ' ')
      .replaceAll('<br />', '\n')}`;
    type = 'text/plain; charset=UTF-8';
  }
  const bare = request.method === 'HEAD';
  return {
    status,
    headers: {
      ...headers,
      'Content-Length': bare ? '0' : length(content),
      'Content-Type': bare ? 'text/html; charset=UTF-8' : type,
    },
    body: bare ? '' : content,
  };
}

/** Chooses the format in webob's order: HTML wins a tie, plain text is the default. */
function accepted(accept: string | undefined): 'html' | 'json' | 'plain' {
  const quality = { html: 0, json: 0 };
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1');
    if (type === 'text/html' || type === 'text/*' || type === '*/*') quality.html = Math.max(quality.html, q);
    if (type === 'application/json' || type === 'application/*' || type === '*/*')
      quality.json = Math.max(quality.json, q);
  }
  if (quality.html === 0 && quality.json === 0) return 'plain';
  return quality.json > quality.html ? 'json' : 'html';
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function length(body: string): string {
  return String(Buffer.byteLength(body));
}

/**
 * Checks the body as Glance does; none of these actions takes one. A JSON object or list reaches an action that cannot
 * take it (500). Any other body is refused (400), and so is a body of GET, except by the legacy middleware.
 */
export function checkBody(request: DemoRequest, getRefuses = true): void {
  if (request.body === '') return;
  if (getRefuses && request.method === 'GET') {
    throw new Refusal(400, 'A body is not expected with this request.');
  }
  const value = parsed(request.body);
  if (typeof value !== 'object' || value === null) {
    throw new Refusal(400, 'Unexpected body type. Expected list/dict.');
  }
  throw new Refusal(500, defaultTexts.serverError);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'Malformed JSON in request body.');
  }
}

// Speaks to the authenticator: the form carries its answer. What was asked stands in the form's data.
'use strict';

const form = document.querySelector('form[data-passkey]');
const button = form.querySelector('button[type=submit]');
const failed = form.querySelector('[data-failed]');
const asked = form.dataset;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const known = () => asked.ids.split(' ').filter(Boolean).map((id) => ({ type: 'public-key', id: bytes(id) }));
const put = (name, buffer) => { form.elements[name].value = text(buffer); };

async function create() {
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes(asked.challenge),
    rp: { id: asked.rp, name: asked.rp },
    user: { id: new TextEncoder().encode(asked.user), name: asked.name, displayName: asked.name },
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: asked.verified },
    excludeCredentials: known(),
    attestation: 'none',
    timeout: 300000,
  } });
  put('client', made.response.clientDataJSON);
  put('attestation', made.response.attestationObject);
}

async function get() {
  const shown = await navigator.credentials.get({ publicKey: {
    challenge: bytes(asked.challenge),
    rpId: asked.rp,
    allowCredentials: known(),
    userVerification: asked.verified,
    timeout: 300000,
  } });
  put('id', shown.rawId);
  put('client', shown.response.clientDataJSON);
  put('data', shown.response.authenticatorData);
  put('signature', shown.response.signature);
}

const ceremonies = { create, get };

async function answer(event) {
  event.preventDefault();
  failed.hidden = true;
  button.disabled = true;
  try {
    await ceremonies[asked.passkey]();
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  form.addEventListener('submit', answer);
  button.disabled = false;
} else {
  form.querySelector('[data-unable]').hidden = false;
}

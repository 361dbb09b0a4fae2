// Passkeys. The form is hidden until this runs, in a browser that has them; every page offers a code as well.
// <form data-passkey="create|get" data-options="/where/to/ask/" data-failed="Words" hidden> with <input name="answer">.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // What the server asks has its bytes as text, and so has what it is answered.
  const asked = (options) => {
    const found = { ...options.publicKey };
    found.challenge = bytes(found.challenge);
    if (found.user) found.user = { ...found.user, id: bytes(found.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (found[list]) found[list] = found[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: found };
  };
  const answered = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    const { id, type } = credential;
    return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: {} });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    const failed = form.querySelector("[role=alert]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.textContent = "";
      try {
        const token = new FormData(form).get("csrfmiddlewaretoken");
        const ask = { method: "POST", headers: { "X-CSRFToken": token } };
        const options = await fetch(form.dataset.options, ask);
        if (!options.ok) throw new Error(String(options.status));
        const credential = await navigator.credentials[form.dataset.passkey](asked(await options.json()));
        form.elements.answer.value = answered(credential);
        form.submit();
      } catch {
        failed.textContent = form.dataset.failed;
      }
    });
  });
})();

// Small comforts. Every page works without this file.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // Code fields: a pasted "123 456" becomes the code; the last digit sends nothing by itself.
  each("input[autocomplete=one-time-code]", (input) =>
    input.addEventListener("paste", (event) => {
      const text = (event.clipboardData?.getData("text") || "").replace(/[\s-]/g, "");
      if (!text) return;
      event.preventDefault();
      input.value = text;
    }));

  // Copy buttons: <button data-copy="#id" data-copied="Copied">, hidden until this runs.
  each("[data-copy]", (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.copied;
    });
  });

  // Print buttons, hidden until this runs.
  each("[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A file is dropped on the whole frame; the frame shows that it would land.
  each("[data-drop]", (frame) => {
    const input = frame.querySelector("input[type=file]");
    const over = (on) => (event) => { event.preventDefault(); frame.classList.toggle("drop--over", on); };
    frame.addEventListener("dragover", over(true));
    frame.addEventListener("dragleave", over(false));
    frame.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  // A text that can be kept for later is kept while its author types, for them alone. `data-saved` and
  // `data-unsaved` hold the words for it.
  each("form[data-keep-typing]", (form) => {
    const button = form.querySelector("button[name=save]");
    if (!button) return;
    const state = document.createElement("p");
    state.className = "saved";
    state.setAttribute("role", "status");
    button.parentElement.after(state);
    let timer = 0;
    let saving = null;
    const save = async () => {
      const body = new FormData(form);
      body.append("save", "");
      try {
        const answer = await fetch(form.action, { method: "POST", body });
        if (!answer.ok) throw new Error(String(answer.status));
        form.removeAttribute("data-unsent");
        state.textContent = form.dataset.saved || "";
      } catch {
        state.textContent = form.dataset.unsaved || "";
      }
      saving = null;
    };
    form.addEventListener("input", () => {
      state.textContent = "";
      clearTimeout(timer);
      timer = setTimeout(() => { saving = save(); }, 1500);
    });
    // What is being kept arrives before what is sent, never after it.
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!saving) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      saving.then(() => form.requestSubmit(event.submitter));
    });
  });

  // What is typed and not sent or kept: ask before leaving, except on forms of one line (`data-leave`).
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[method=post]");
    if (form && event.target.matches("textarea, input[type=text]")) form.setAttribute("data-unsent", "");
  });
  // Where a page has several forms, a change of language takes along what was typed last.
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[method=post]");
    if (!form) return;
    form.id ||= "typed-form";
    each(".language button", (button) => button.setAttribute("form", form.id));
  });
  document.addEventListener("submit", (event) => event.target.removeAttribute("data-unsent"));
  window.addEventListener("beforeunload", (event) => {
    const unsent = document.querySelector("form[data-unsent]:not([data-leave])");
    if (unsent) event.preventDefault();
  });

  // A sent form is not sent twice by a double click.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));

  // How many characters are left, once few are.
  each("textarea[data-limit]", (area) => {
    const hint = document.getElementById(area.id + "_limit") || document.getElementById(area.id + "_helptext");
    const words = hint?.querySelector(".limit");
    if (!words) return;
    const calm = words.textContent;
    const limit = Number(area.dataset.limit);
    area.addEventListener("input", () => {
      const left = limit - [...area.value].length;
      words.textContent = left < limit * 0.1 ? `${calm} (${left})` : calm;
    });
  });
})();

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

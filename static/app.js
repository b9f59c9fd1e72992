// Every page works without this file. It never reads the value of a field.
(() => {
  "use strict";

  // ---- Helpers ----

  const byId = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  const wasPressed = (source) => source.matches("form, a, button");
  const isPost = (form) => form.method === "post";
  // Screen readers announce only changes: alter a repeated text with a no-break space.
  const announce = (region, text) => {
    const node = byId(region);
    node.textContent = text && text === node.textContent ? text + "\u00a0" : text;
  };

  // ---- Passwords ----

  // A button shows the value, which is hidden again on submit.
  const addToggles = () => {
    for (const box of all("[data-password]")) {
      if (box.querySelector("button")) continue;
      const input = box.querySelector("input");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary";
      button.textContent = "Afficher";
      button.setAttribute("aria-label", "Afficher\u00a0: " + input.labels[0].textContent.replace("\u00a0*", ""));
      const show = (shown) => {
        input.type = shown ? "text" : "password";
        button.setAttribute("aria-pressed", shown);
      };
      button.addEventListener("click", () => show(input.type === "password"));
      input.form.addEventListener("submit", () => show(false));
      show(false);
      box.append(button);
    }
  };

  // ---- Announcements ----

  // A change in [data-announce], one in an alert above all, is copied to a live region that no swap replaces. The
  // result of a press is announced even if unchanged: saved again, as many results as before.
  let announced = new Map();
  const announceChanges = (swap) => {
    const texts = new Map();
    const part = swap && byId(swap.target.id);
    let changed = null;
    let unchanged = null;
    for (const node of all("[data-announce]")) {
      const text = node.dataset.announce || node.textContent.trim();
      texts.set(node.id, text);
      if (!text) continue;
      if (text !== announced.get(node.id)) changed = changed?.closest(".alert") ? changed : node;
      else if (part?.contains(node)) unchanged = unchanged?.closest(".alert") ? unchanged : node;
    }
    announced = texts;
    const answer = changed ?? (pressed && !byId("erreurs") && unchanged);
    if (!swap || !answer) return;
    announce("annonce", texts.get(answer.id));
    if (!pressed) return;
    // Bring the answer to a press into the window; another page of a list is read from its beginning.
    if (swap.sourceElement.closest("nav")) {
      answer.tabIndex = -1;
      answer.focus();
    } else {
      (answer.closest(".alert") ?? answer).scrollIntoView({ block: "nearest" });
    }
  };

  // ---- Failed requests ----

  // A failed htmx request is reported next to its source, whose next press loads the whole page.
  const reloading = new WeakSet();
  let reported = null;
  const clearFailure = () => {
    for (const note of all("[data-failure]")) note.remove();
    reported = null;
    announce("alerte", "");
  };
  const reportFailure = ({ sourceElement }, reason) => {
    const pressed = wasPressed(sourceElement);
    if (pressed && navigator.onLine) reloading.add(sourceElement);
    // Report a meter that fails at each keystroke only once.
    if (reported === sourceElement && !pressed) return;
    clearFailure();
    reported = sourceElement;
    const note = document.createElement("p");
    note.className = "alert warning";
    note.dataset.failure = "";
    note.textContent =
      reason ||
      "Cette partie de la page ne répond pas. Votre saisie est conservée ; " +
        (pressed ? "essayez encore une fois, la page entière sera chargée." : "continuez sans attendre.");
    // Near the control just used, not at the end of a long fragment.
    const used = pressed ? sourceElement.closest("form, nav, .actions") : document.activeElement.closest(".field");
    (used ?? sourceElement).after(note);
    note.scrollIntoView({ block: "nearest" });
    announce("alerte", note.textContent);
  };

  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx) reportFailure(detail.ctx);
  });

  // ---- Swaps ----

  // Unmark the fields whose error a live check has lifted, and mark the title while there are errors.
  const ERROR = "Erreur\u00a0: ";
  const markErrors = () => {
    for (const error of all(".wrong > .error:empty")) {
      const box = error.parentNode;
      (box.querySelector("[aria-invalid]") ?? box).removeAttribute("aria-invalid");
      box.className = "field";
    }
    document.title = (byId("erreurs") ? ERROR : "") + document.title.replace(ERROR, "");
  };

  // If a swap removes the focused element, focus the swapped part.
  let focused = null;
  // Whether a press asked for the swap: its element may be replaced.
  let pressed = false;
  const restoreFocus = ({ target }) => {
    if (document.activeElement !== document.body || !focused || focused === document.body) return;
    const place = focused.isConnected ? focused : target.isConnected ? target : byId(target.id);
    if (!place) return;
    if (place !== focused) place.tabIndex = -1;
    place.focus();
  };

  // Never swap a whole page into another: it is an error page, or the target of a redirect.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    const { raw, status, headers } = ctx.response;
    const page = /^\s*<(!doctype|html)/i.test(ctx.text) && !ctx.select;
    const type = headers.get("content-type") ?? "";
    const fragment = !page && type.startsWith("text/html");
    focused = document.activeElement;
    pressed = wasPressed(ctx.sourceElement);
    if (fragment || (status < 400 && !ctx.text)) return;
    event.preventDefault();
    if (page && raw.redirected && status < 400 && pressed) location.assign(raw.url);
    // A plain-text 403 from the application states the reason.
    else reportFailure(ctx, status === 403 && type.startsWith("text/plain") && ctx.text);
  });

  document.addEventListener("htmx:after:swap", ({ detail }) => {
    reloading.delete(detail.ctx.sourceElement);
    clearFailure();
    addToggles();
    markErrors();
    restoreFocus(detail.ctx);
    announceChanges(detail.ctx);
    // Keep the URL of the results, so that the Back button returns to them.
    const place = document.querySelector("[data-url]");
    if (place) history.replaceState(null, "", place.dataset.url);
  });

  // ---- Aborted requests ----

  // Once a form is submitted, abort the page's other requests: a late answer could replace the next page.
  const WAIT = 8000;
  let submittedAt = -WAIT;
  const abortRequests = ({ timeStamp }) => {
    submittedAt = timeStamp;
    for (const node of all("[data-hx-sync]")) node.dispatchEvent(new Event("htmx:abort"));
  };
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && isPost(event.target)) abortRequests(event);
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { sourceElement } = event.detail.ctx;
    if (event.timeStamp - submittedAt < WAIT && !wasPressed(sourceElement)) event.preventDefault();
  });

  // A choice made in a part aborts the requests that would replace that part without it.
  document.addEventListener("change", ({ target }) => {
    for (const node of all("[data-hx-sync][data-hx-target]")) {
      const isPart = byId(node.dataset.hxTarget.slice(1))?.contains(target);
      if (isPart && !node.contains(target)) node.dispatchEvent(new Event("htmx:abort"));
    }
  });

  // ---- Second submits ----

  // Ignore a second submit while the first is pending, without disabling the button: it keeps focus.
  let pending = new WeakMap();
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    pending = new WeakMap();
    submittedAt = -WAIT;
    for (const form of document.forms) form.classList.remove("htmx-request");
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const submitter = ctx.request.submitter ?? ctx.request.form;
    if (submitter) pending.delete(submitter);
  });

  for (const type of ["click", "submit"]) {
    document.addEventListener(
      type,
      (event) => {
        const node = type === "click" ? event.target.closest("a, button") : event.target;
        if (type === "submit" && isPost(node)) {
          const submitter = event.submitter ?? node;
          if (event.timeStamp - pending.get(submitter) < WAIT) {
            event.preventDefault();
            event.stopImmediatePropagation();
            announce("annonce", "Envoi en cours, merci de patienter.");
            return;
          }
          pending.set(submitter, event.timeStamp);
          // As htmx does: CSS shows that the request is under way.
          node.classList.add("htmx-request");
        }
        if (!reloading.has(node)) return;
        event.stopImmediatePropagation();
        if (type === "submit" && isPost(node)) abortRequests(event);
      },
      true,
    );
  }

  // ---- The menu over the page ----

  // A press or the focus elsewhere closes it: it would hide what has the focus.
  const menu = document.querySelector(".panel");
  for (const type of ["click", "focusin"]) {
    addEventListener(type, ({ target }) => menu?.contains(target) || menu?.removeAttribute("open"));
  }

  // ---- End of the session ----

  // CSS shows the warning that the session ends; announce it too, once.
  const session = byId("session");
  session?.removeAttribute("role");
  session?.addEventListener("animationend", () => announce("alerte", session.textContent.trim()));
  // A request that extends the session restarts the warning's delay, with the new time of the end.
  const [delay] = session?.getAnimations() ?? [];
  const endTime = session?.querySelector("time");
  const remaining = Date.parse(endTime?.dateTime) - Date.now();
  let startedAt = Date.now();
  const restartDelay = () => {
    if (!session) return;
    startedAt = Date.now();
    // The time is the server's: this machine's clock only measures the time elapsed.
    const end = new Date(startedAt + remaining);
    const paris = { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" };
    endTime.dateTime = end.toISOString();
    endTime.textContent = end.toLocaleTimeString("fr-FR", paris).replace(":", "\u00a0h\u00a0");
    if (delay) delay.currentTime = 0;
    delay?.play();
  };
  // Animations pause while the machine sleeps, and so would the warning: resume by the clock.
  const resumeDelay = () => {
    const passed = Date.now() - startedAt;
    if (delay?.playState !== "running" || passed - delay.currentTime < 1000) return;
    if (passed < delay.effect.getComputedTiming().endTime) delay.currentTime = passed;
    else delay.finish();
  };
  for (const type of ["visibilitychange", "pageshow", "focus", "resume", "online"]) {
    addEventListener(type, resumeDelay, true);
  }
  session?.querySelector("a").addEventListener("click", () => {
    restartDelay();
    announce("alerte", "");
  });
  document.addEventListener("htmx:after:swap", restartDelay);

  // ---- On load ----

  addToggles();
  announceChanges();
  // Once focused, drop the summary's autofocus: it must only act for one that a swap brings.
  const errors = byId("erreurs");
  // Do not move the focus if the user has already moved it.
  if (document.activeElement === document.body) errors?.focus();
  errors?.removeAttribute("autofocus");

  // Submit by itself, but not again when coming back to the page.
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type !== "back_forward") document.querySelector("form[data-auto-submit]")?.requestSubmit();
})();

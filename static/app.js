// Every page works without this file. It never reads the value of a field.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  // Screen readers announce only changes: alter a repeated text with a no-break space.
  const say = (region, text) => {
    const node = byId(region);
    node.textContent = text && text === node.textContent ? text + "\u00a0" : text;
  };

  // Passwords: a button to show the value, hidden again on submit.
  const addToggles = () => {
    for (const box of all("[data-password]")) {
      if (box.querySelector("button")) continue;
      const input = box.querySelector("input");
      const button = document.createElement("button");
      const name = document.createElement("span");
      name.className = "visually-hidden";
      name.textContent = " : " + input.labels[0].textContent.replace("*", "").trim();
      button.type = "button";
      button.className = "button secondary";
      button.append("Afficher", name);
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

  const wasPressed = (source) => source.matches("form, a, button");

  // Announcements: changes in [data-announce] are copied to a live region that no swap replaces. The
  // result of a press is announced even if unchanged: saved again, as many results as before.
  let told = new Map();
  const tellChanges = (swap) => {
    const now = new Map();
    const part = swap && byId(swap.target.id);
    let changed = "";
    let same = "";
    for (const node of all("[data-announce]")) {
      const text = node.dataset.announce || node.textContent.trim();
      now.set(node.id, text);
      if (told.get(node.id) !== text) changed = text || changed;
      else if (part?.contains(node)) same = text || same;
    }
    told = now;
    const news = changed || (swap && wasPressed(swap.sourceElement) && !byId("erreurs") && same);
    if (swap && news) say("annonce", news);
  };

  // A failed htmx request is reported next to its source, whose next press loads the whole page.
  const broken = new WeakSet();
  let failed = null;
  const forgetFailure = () => {
    for (const note of all("[data-failure]")) note.remove();
    failed = null;
    say("alerte", "");
  };
  const tellFailure = ({ sourceElement }, reason) => {
    const pressed = wasPressed(sourceElement);
    if (pressed && navigator.onLine) broken.add(sourceElement);
    // Report a meter that fails at each keystroke only once.
    if (failed === sourceElement && !pressed) return;
    forgetFailure();
    failed = sourceElement;
    const note = document.createElement("p");
    note.className = "alert warning";
    note.dataset.failure = "";
    note.textContent =
      reason ||
      "Cette partie de la page ne répond pas. Votre saisie est conservée ; " +
        (pressed ? "essayez encore une fois, la page entière sera chargée." : "continuez sans attendre.");
    // Near the control just used, not at the end of a long fragment.
    ((pressed && sourceElement.closest("form, nav, .actions")) || sourceElement).after(note);
    note.scrollIntoView({ block: "nearest" });
    say("alerte", note.textContent);
  };

  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx) tellFailure(detail.ctx);
  });

  // If a swap removes the focused element, focus the swapped part; mark errors in the title.
  const ERROR = "Erreur\u00a0: ";
  let held = null;
  const settle = ({ target }) => {
    document.title = (byId("erreurs") ? ERROR : "") + document.title.replace(ERROR, "");
    if (document.activeElement !== document.body || !held || held === document.body) return;
    const place = held.isConnected ? held : target.isConnected ? target : byId(target.id);
    if (!place) return;
    if (place !== held) place.tabIndex = -1;
    place.focus();
  };

  // Never swap a whole page into another: it is an error page, or the target of a redirect.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    const { raw, status, headers } = ctx.response;
    const page = /^\s*<(!doctype|html)/i.test(ctx.text) && !ctx.select;
    const type = headers.get("content-type") ?? "";
    const fragment = !page && type.startsWith("text/html");
    held = document.activeElement;
    if (fragment || (status < 400 && !ctx.text)) return;
    event.preventDefault();
    if (page && raw.redirected && status < 400 && wasPressed(ctx.sourceElement)) location.assign(raw.url);
    // A plain-text 403 from the application states the reason.
    else tellFailure(ctx, status === 403 && type.startsWith("text/plain") && ctx.text);
  });

  document.addEventListener("htmx:after:swap", ({ detail }) => {
    broken.delete(detail.ctx.sourceElement);
    forgetFailure();
    addToggles();
    settle(detail.ctx);
    tellChanges(detail.ctx);
    // Keep the URL of the results, so that the Back button returns to them.
    const place = document.querySelector("[data-url]");
    if (place) history.replaceState(null, "", place.dataset.url);
  });

  // Once a form is submitted, abort the page's other requests: a late answer could replace the next page.
  const WAIT = 8000;
  let left = -WAIT;
  const leave = ({ timeStamp }) => {
    left = timeStamp;
    for (const node of all("[data-hx-sync]")) node.dispatchEvent(new Event("htmx:abort"));
  };
  const leaves = (form) => form.method === "post";
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && leaves(event.target)) leave(event);
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { sourceElement } = event.detail.ctx;
    if (event.timeStamp - left < WAIT && !wasPressed(sourceElement)) event.preventDefault();
  });

  // A choice made in a part aborts the requests that would replace that part without it.
  document.addEventListener("change", ({ target }) => {
    for (const node of all("[data-hx-sync][data-hx-target]")) {
      const isPart = byId(node.dataset.hxTarget.slice(1))?.contains(target);
      if (isPart && !node.contains(target)) node.dispatchEvent(new Event("htmx:abort"));
    }
  });

  // Ignore a second submit while the first is pending, without disabling the button: it keeps focus.
  let sent = new WeakMap();
  const senderOf = (submitter, form) => submitter ?? form;
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sent = new WeakMap();
    left = -WAIT;
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const sender = senderOf(ctx.request.submitter, ctx.request.form);
    if (sender) sent.delete(sender);
  });

  for (const type of ["click", "submit"]) {
    document.addEventListener(
      type,
      (event) => {
        const node = type === "click" ? event.target.closest("a, button") : event.target;
        if (type === "submit" && leaves(node)) {
          const sender = senderOf(event.submitter, node);
          if (event.timeStamp - sent.get(sender) < WAIT) {
            event.preventDefault();
            event.stopImmediatePropagation();
            say("annonce", "Envoi en cours, merci de patienter.");
            return;
          }
          sent.set(sender, event.timeStamp);
        }
        if (!broken.has(node)) return;
        event.stopImmediatePropagation();
        if (type === "submit" && leaves(node)) leave(event);
      },
      true,
    );
  }

  // CSS shows the warning that the session ends; announce it too, once.
  const session = byId("session");
  session?.removeAttribute("role");
  session?.addEventListener("animationend", () => say("alerte", session.textContent.trim()));
  // A request that extends the session restarts the warning's delay, with the new time of the end.
  const [wait] = session?.getAnimations() ?? [];
  const hour = session?.querySelector("time");
  const lead = Date.parse(hour?.dateTime) - Date.now();
  let since = Date.now();
  const extended = () => {
    if (!session) return;
    since = Date.now();
    // The time is the server's: this machine's clock only measures the time elapsed.
    const end = new Date(since + lead);
    const paris = { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" };
    hour.dateTime = end.toISOString();
    hour.textContent = end.toLocaleTimeString("fr-FR", paris).replace(":", "\u00a0h\u00a0");
    if (wait) wait.currentTime = 0;
    wait?.play();
  };
  // Animations pause while the machine sleeps, and so would the warning: resume by the clock.
  const wake = () => {
    const passed = Date.now() - since;
    if (wait?.playState !== "running" || passed - wait.currentTime < 1000) return;
    if (passed < wait.effect.getComputedTiming().endTime) wait.currentTime = passed;
    else wait.finish();
  };
  for (const type of ["visibilitychange", "pageshow", "focus", "resume", "online"]) {
    addEventListener(type, wake, true);
  }
  session?.querySelector("a").addEventListener("click", () => {
    extended();
    say("alerte", "");
  });
  document.addEventListener("htmx:after:swap", extended);

  addToggles();
  tellChanges();
  // Once focused, drop the summary's autofocus: it must only act for one that a swap brings.
  const errors = byId("erreurs");
  // Do not move the focus if the user has already moved it.
  if (document.activeElement === document.body) errors?.focus();
  errors?.removeAttribute("autofocus");

  // Not again when coming back to the page.
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type !== "back_forward") document.querySelector("form[data-auto-submit]")?.requestSubmit();
})();

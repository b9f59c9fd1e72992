"""Measurements made in the page; each script returns its findings as text."""

from __future__ import annotations

from tests.journeys.browsers.drivers import FOCUS

SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
NO_SPACING = "() => { document.adoptedStyleSheets = []; }"
SIDEWAYS = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
    .map((e) => e.outerHTML.slice(0, 80));
}"""
CUT = """() => [...document.body.querySelectorAll("*")].filter((e) => {
  const style = getComputedStyle(e);
  return style.overflow !== "visible" && !e.closest(".visually-hidden, .name, thead, .session")
    && !/^(INPUT|TEXTAREA|SELECT|svg|AUDIO)$/.test(e.tagName)
    && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1);
}).map((e) => e.outerHTML.slice(0, 80))"""
SMALL = """() => {
  const wanted = 43.5, found = [];
  const things = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio";
  for (const e of document.querySelectorAll(things)) {
    if (e.tabIndex < 0 || e.matches(".skip") || e.closest(".visually-hidden, [aria-hidden=true]")
        || !e.checkVisibility({visibilityProperty: true})) continue;
    const around = e.closest("p, li, dd, td, th, h2");
    // In a sentence, the size is that of the line.
    if (e.tagName === "A" && around && around.innerText.trim() !== e.innerText.trim()) continue;
    const box = e.getBoundingClientRect();
    if (box.width < wanted || box.height < wanted)
      found.push(`${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
  }
  return found;
}"""
# Each element in turn, focused as by the keyboard; the focus is restored afterwards.
FOCUSED = f"""() => {{
  const look = {FOCUS};
  const before = document.activeElement, place = [scrollX, scrollY], found = [];
  const things = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio";
  for (const e of document.querySelectorAll(things)) {{
    if (e.tabIndex < 0 || !e.checkVisibility({{visibilityProperty: true}})) continue;
    e.focus();
    const seen = look();
    if (!seen.ringed) found.push(`no ring around ${{seen.where}}`);
    if (!seen.inside) found.push(`${{seen.where}} out of sight`);
    if (seen.covered) found.push(`${{seen.where}} under something else`);
  }}
  if (before === document.body) {{
    // From its beginning, as Tab goes through a page just opened; `blur` would leave it at its end.
    const start = Object.assign(document.createElement("span"), {{tabIndex: -1}});
    document.body.prepend(start);
    start.focus();
    start.remove();
  }} else before.focus();
  scrollTo(...place);
  return found;
}}"""
# Without background colours, controls still need a border.
# By a border, or by a ground that is not the page's.
EDGES = """() => {
  const found = [], page = getComputedStyle(document.body).backgroundColor;
  const things = ".button, input:not([type=hidden]), select, textarea";
  for (const e of document.querySelectorAll(things)) {
    if (e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(e, e.closest(".choice") ? "::before" : null);
    const filled = e.matches(".button") && style.backgroundColor !== page;
    if (!filled && (style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1
        || style.borderTopColor === style.backgroundColor))
      found.push(e.outerHTML.slice(0, 90));
  }
  // Nor is the current page told apart by its weight alone.
  for (const e of document.querySelectorAll("a[aria-current]")) {
    const {borderBottomWidth, borderLeftWidth} = getComputedStyle(e);
    if (e.checkVisibility({visibilityProperty: true})
        && parseFloat(borderBottomWidth) < 3 && parseFloat(borderLeftWidth) < 3)
      found.push(e.outerHTML.slice(0, 90));
  }
  return found;
}"""
# In print: dark text on white, and no controls.
PRINTED = """() => {
  const shown = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length
    && getComputedStyle(e).clipPath !== "inset(100%)";
  const found = [...document.querySelectorAll(
    ".skip, .banner, .session, .side, .bottom, .button, button:not(.visually-hidden), audio")]
    .filter(shown).map((e) => `printed: ${e.outerHTML.slice(0, 90)}`);
  if (![...document.querySelectorAll("h1")].some(shown)) found.push("the title is not printed");
  const part = (value) => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const text = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = text.nextNode(); node; node = text.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !shown(e) || e.closest(".visually-hidden")) continue;
    const [red, green, blue] = getComputedStyle(e).color.match(/[\\d.]+/g)
      .map((value) => part(value / 255));
    if (1.05 / (.2126 * red + .7152 * green + .0722 * blue + .05) < 7)
      found.push(`pale on paper: ${node.data.trim().slice(0, 60)}`);
  }
  return found;
}"""
# How each text is painted: its colour, background, size and weight, and whether something else may
# come between (positioning, an image, partial transparency).
PAINTS = """() => {
  const found = new Set();
  const text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = text.nextNode(); node; node = text.nextNode()) {
    if (!node.data.trim() || !node.parentElement.getClientRects().length) continue;
    const style = getComputedStyle(node.parentElement);
    const behind = [];
    for (let e = node.parentElement; e; e = e.parentElement) {
      const its = getComputedStyle(e);
      if (its.position !== "static" || its.opacity !== "1" || its.backgroundImage !== "none")
        behind.push(its.position, its.opacity, its.backgroundImage);
      if (its.backgroundColor !== "rgba(0, 0, 0, 0)") { behind.push(its.backgroundColor); break; }
    }
    found.add([style.color, style.fontSize, style.fontWeight, ...behind].join("|"));
  }
  return [...found];
}"""
# The veil of the session warning uses an animation as a timer: nothing visibly moves.
MOVING = """(most) => [...document.querySelectorAll("*")].filter((e) => {
  const style = getComputedStyle(e);
  const lasts = style.transitionDuration.split(",").some((one) => parseFloat(one) > most);
  return lasts || !["none", "veil"].includes(style.animationName);
}).map((e) => e.outerHTML.slice(0, 80))"""

// What a page shows, measured in the browser: each function gives the list of what is wrong.
globalThis.eyes = (() => {
  const named = (element) => {
    const classes = typeof element.className === "string" ? element.className : "";
    return `${element.localName}${classes && "." + classes.trim().replace(/\s+/g, ".")}: ${(element.textContent || element.id).trim().replace(/\s+/g, " ").slice(0, 40)}`;
  };

  // On the screen, and not only there for those who listen.
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true })
    && !element.closest(".visually-hidden, .site-nav .icon ~ .word, .wordmark > span, .search .button span, noscript");

  const texts = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    return found;
  };

  // Sideways scrolling, and text outside the window or cut off by the box around it.
  const cutOff = () => {
    const wide = document.scrollingElement.scrollWidth;
    const found = wide > innerWidth ? [`the page is ${wide} px wide`] : [];
    for (const text of texts(document.body)) {
      if (!isSeen(text.parentElement) || text.parentElement.closest(".skip-link, option")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const { left, right } of range.getClientRects()) {
        if (left < -1 || right > innerWidth + 1) found.push(`outside: ${named(text.parentElement)}`);
      }
    }
    for (const element of document.body.querySelectorAll("*")) {
      const { overflowX, overflowY } = getComputedStyle(element);
      if (overflowX === "visible" && overflowY === "visible") continue;
      if (!isSeen(element) || element.matches("input, select, progress, svg, svg *")) continue;
      const isCut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      if (isCut) found.push(`cut off: ${named(element)}`);
    }
    return found;
  };

  const highHead = () => {
    const head = document.querySelector(".site-header");
    const lines = head.getBoundingClientRect().height / parseFloat(getComputedStyle(document.documentElement).fontSize);
    return lines > 4.1 ? [`the head is ${lines} rem high`] : [];
  };

  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const MAIN = "button, .button, select, summary, textarea, .site-header a, input:not([type=checkbox], [type=radio])";

  // A link in the middle of a sentence is as high as its line; everything else has a size to be hit.
  const isInSentence = (element) =>
    getComputedStyle(element).display === "inline"
    && element.parentElement.textContent.trim().length > element.textContent.trim().length;

  const smallTargets = () => [...document.querySelectorAll(TARGETS)].filter(isSeen).flatMap((element) => {
    const boxes = [element, ...(element.matches("[type=checkbox], [type=radio]") ? element.labels : [])];
    const rects = boxes.map((box) => box.getBoundingClientRect());
    const width = Math.max(...rects.map((rect) => rect.width));
    const height = Math.max(...rects.map((rect) => rect.height));
    const least = element.matches(MAIN) ? 44 : 24;
    if ((width >= least && height >= least) || isInSentence(element)) return [];
    return [`${Math.round(width)} × ${Math.round(height)}: ${named(element)}`];
  });

  // --- The focus: every stop of the Tab key is noted by a listener, then judged all at once.

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };

  const isRinged = (element) => {
    const style = getComputedStyle(element);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return false;
    const around = parseFloat(style.outlineOffset) < 0 ? element : element.parentElement;
    return contrast(style.outlineColor, ground(around)) >= 3;
  };
  const isCovered = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight - top) / 2);
    return !(hit && (element.contains(hit) || hit.contains(element) || hit.closest("label")?.control === element));
  };

  let stops = [];
  const stopped = ({ target }) => {
    const ringed = [target, target.nextElementSibling].some((each) => each && isRinged(each));
    stops.push({ target, ringed, covered: target.localName !== "a" && isCovered(target) });
  };

  const tabStops = () => [...document.querySelectorAll(`${TARGETS}, [tabindex="0"]`)].filter((element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.disabled
    && (element.type !== "radio" || element.checked
      || (![...document.getElementsByName(element.name)].some((each) => each.checked) && document.getElementsByName(element.name)[0] === element)));

  // Puts the focus before the first thing that can have it; gives how often Tab has to be pressed.
  const beginTabbing = () => {
    stops = [];
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    document.addEventListener("focusin", stopped);
    return tabStops().length + 6 * document.querySelectorAll("[type=date], [type=datetime-local]").length;
  };

  // What is drawn in another order than it stands in is come to in another order than it is seen.
  const isOutOfOrder = (element) => {
    const { order, flexDirection } = getComputedStyle(element);
    return order !== "0" || flexDirection.endsWith("reverse");
  };

  const endTabbing = () => {
    document.removeEventListener("focusin", stopped);
    const expected = tabStops();
    const reached = stops.slice(0, expected.length).map((stop) => stop.target);
    const unlike = expected.findIndex((element, position) => element !== reached[position]);
    return [
      ...(unlike < 0 ? [] : [`awaited ${named(expected[unlike])}, came to ${reached[unlike] ? named(reached[unlike]) : "nothing"}`]),
      ...stops.filter((stop) => !stop.ringed).map((stop) => `no ring to be seen: ${named(stop.target)}`),
      ...[...document.body.querySelectorAll("*")].filter(isOutOfOrder).map((element) => `drawn out of order: ${named(element)}`),
      ...stops.filter((stop) => stop.covered).map((stop) => `covered: ${named(stop.target)}`),
    ];
  };

  // Words of a script or language that do not belong on the page. What marks its own language, and
  // what is isolated (names, addresses), may have any; so may what is quoted, such as the name of a button.
  const strangeWords = ({ pattern, allowed }) => {
    const strange = new RegExp(pattern, "giu");
    const marked = "bdi, [lang]:not(html, .mail), [dir=ltr]:not(html, body, .mail), code, .prose :is(strong, em)";
    const isMarked = (element) => element.closest(`${marked}, script, style, svg, noscript`);
    // The title of the page cannot mark a part of itself: it may say again what stands there marked.
    const again = [...document.querySelectorAll(marked)].flatMap((element) => element.textContent.split(/\W+/));
    const known = new Set([...allowed, ...again].map((word) => word.toLowerCase()));
    const said = texts(document.body).filter((text) => !isMarked(text.parentElement)).map((text) => text.data);
    const unquoted = (words) => words.replace(/«[^»]*»|“[^”]*”|\S+@\S+|[\w.-]+\.(com|org)\b/g, "");
    for (const name of ["aria-label", "placeholder", "title", "alt", "label", "data-copied"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) if (!isMarked(element)) said.push(element.getAttribute(name));
    }
    said.push(document.title);
    return said.flatMap((words) => (unquoted(words).match(strange) ?? []).filter((word) => !known.has(word.toLowerCase())).map((word) => `${word} in “${words.trim().replace(/\s+/g, " ").slice(0, 60)}”`));
  };

  // Also where the page itself was about to scroll, such as to what has the focus.
  const atTheTop = async () => {
    for (let still = 0; still < 3; still += 1) {
      if (scrollY) still = 0;
      scrollTo({ top: 0, behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  };

  const violations = async (options) => {
    await atTheTop(); // what sticks to the edge covers nothing there
    const { violations: found } = await axe.run(document, { resultTypes: ["violations"], ...options });
    return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 90)}`));
  };

  // Looked at twice: axe scrolls while it looks, and a head that is out of sight for a moment is no barrier.
  const barriers = async (options) => {
    const found = await violations(options);
    return found.length ? (await violations(options)).filter((each) => found.includes(each)) : found;
  };

  return { cutOff, highHead, smallTargets, beginTabbing, endTabbing, strangeWords, barriers };
})();

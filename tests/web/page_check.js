// What page_check.py asks of a page in the browser. Each function returns a list of faults.
window.pageCheck = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const style = element => getComputedStyle(element);
  const name = element =>
    `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') || element.textContent || element.name || '').trim().slice(0, 30)}"`;
  const scrolls = element => ['auto', 'scroll'].includes(style(element).overflowX);

  function sideways() {
    const width = document.documentElement.clientWidth, needed = document.scrollingElement.scrollWidth;
    return needed > width + 1 ? [`page scrolls sideways: ${needed} > ${width}`] : [];
  }

  // Nothing sticks out, and what scrolls sideways is a table that the keyboard reaches.
  function reflow() {
    const width = document.documentElement.clientWidth, faults = sideways();
    const inScroller = element => {
      for (let p = element.parentElement; p && p !== document.body; p = p.parentElement) if (scrolls(p)) return true;
      return false;
    };
    for (const element of all('main *, header *, footer *')) {
      const box = element.getBoundingClientRect();
      const inDrawing = element.closest('svg') && element.tagName !== 'svg';
      if (!box.width || !box.height || box.left < -500 || inDrawing || box.right <= width + 1) continue;
      if (!inScroller(element)) faults.push(`sticks out: ${name(element)} to ${Math.round(box.right)}`);
    }
    for (const element of all('main, main *')) {
      if (!scrolls(element) || element.scrollWidth <= element.clientWidth + 1) continue;
      if (!element.querySelector('table') && element.tagName !== 'PRE') faults.push(`sideways scroller without a table: ${element.className}`);
      else if (element.tabIndex < 0 && !element.querySelector('a, button, input')) faults.push(`scroller out of the keyboard's reach: ${element.className}`);
    }
    return faults.slice(0, 5);
  }

  // At full width no table is cut off, unless its scroller says so.
  function cutTables() {
    return all('table')
      .filter(table => table.parentElement.scrollWidth > table.parentElement.clientWidth + 1 && !table.closest('[data-wide]'))
      .map(table => `table cut off (fewer columns, or data-wide): ${table.caption?.textContent.trim().slice(0, 40)}`);
  }

  // WCAG 2.2, 2.5.8: 24 px, or far enough from the next target; links in running text are exempt.
  function targets() {
    const selector = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const box = element => ((['checkbox', 'radio'].includes(element.type) && element.closest('label')) || element).getBoundingClientRect();
    const shown = all(selector).filter(element => {
      const found = element.getBoundingClientRect();
      return found.width > 1 && found.height > 1 && found.left > -500 && style(element).visibility !== 'hidden' &&
        style(element).clipPath === 'none' && !element.closest('.skip');
    });
    const inText = element => element.tagName === 'A' && style(element).display === 'inline' && element.closest('p, li, dd, td') &&
      element.parentElement.textContent.trim().length > element.textContent.trim().length;
    const near = (element, other, found) => {
      if (element === other || element.contains(other) || other.contains(element)) return false;
      const x = found.left + found.width / 2, y = found.top + found.height / 2, that = box(other);
      return Math.hypot(Math.max(that.left - x, 0, x - that.right), Math.max(that.top - y, 0, y - that.bottom)) < 12;
    };
    return shown.flatMap(element => {
      const found = box(element);
      if ((found.width >= 23.5 && found.height >= 23.5) || inText(element)) return [];
      const crowded = found.height < 16 || shown.some(other => near(element, other, found));
      return crowded ? [`small target: ${name(element)} ${Math.round(found.width)}x${Math.round(found.height)}`] : [];
    });
  }

  function skeleton() {
    const faults = [], count = selector => all(selector).length;
    const swedish = document.documentElement.lang === 'sv';
    if (!swedish && document.documentElement.lang !== 'en') faults.push(`html lang is "${document.documentElement.lang}"`);
    for (const tag of ['h1', 'main']) if (count(tag) !== 1) faults.push(`${count(tag)} ${tag} elements`);
    const viewport = document.querySelector('meta[name=viewport]')?.content || 'user-scalable=no';
    if (/user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*1\b/.test(viewport)) faults.push('viewport missing or blocks zoom');
    if (count('meta[http-equiv=refresh]')) faults.push('timed refresh');
    if (!document.title.trim()) faults.push('no title');
    for (const link of all('a')) {
      const to = link.getAttribute('href');
      const dead = !to || to === '#' || /^javascript:/i.test(to) || (to.startsWith('#') && !document.getElementById(to.slice(1)));
      if (dead) faults.push(`dead link: ${name(link)}`);
    }
    const sends = 'button:not([type=button]), input[type=submit]';
    for (const form of all('form')) {
      const outside = form.id && document.querySelector(`button[form="${form.id}"]`);
      if (!form.querySelector(sends) && !outside) faults.push(`form cannot be sent without script: ${form.action}`);
      if (form.method === 'post' && !form.querySelector('[name=csrf_token]')) faults.push(`form without csrf: ${form.action}`);
    }
    for (const badge of all('.badge')) if (!badge.textContent.trim()) faults.push('status badge without text');
    if (count('[onclick], [onchange], [oninput]')) faults.push('inline handler');
    if (count('[style], style, script:not([src])')) faults.push('inline style or script');
    return [...faults, ...tables(), ...figures(swedish)];
  }

  function tables() {
    return all('table').flatMap(table => {
      const id = (table.caption?.textContent || '').trim().slice(0, 40), faults = [];
      if (!table.caption) faults.push('table without caption');
      if (all('th', table).some(head => !head.scope)) faults.push(`th without scope: ${id}`);
      const looksNumeric = text => /^[+\u2212-]?\d[\d\u00a0\u202f ]*(,\d+)?(\s*(kr|%))?$/.test(text) && /[,\u00a0\u202f]|kr|%/.test(text);
      const figure = cell => !cell.querySelector('code') && looksNumeric(cell.textContent.trim());   // code: how to write one
      for (const cell of all('td', table).filter(figure)) {
        if (!/right|end/.test(style(cell).textAlign)) faults.push(`number not to the right in "${id}": ${cell.textContent}`);
        if (!/tabular-nums/.test(style(cell).fontVariantNumeric)) faults.push(`number without tabular figures in "${id}"`);
      }
      return faults.slice(0, 3);
    });
  }

  function figures(swedish) {
    const text = document.body.innerText;
    const money = swedish ? text.match(/\d[\d ,.]*\.\d{2}\s?kr|\d{1,3},\d{3}(?!\d)\s?kr|\bSEK\s?\d/g) || [] : [];
    const days = text.match(/\b\d{1,2}\/\d{1,2}[-\/ ]\d{2,4}\b/g) || [];
    return [...money.map(m => `money not in Swedish form: ${m}`), ...days.map(d => `date not ISO: ${d}`)];
  }

  // WCAG 1.4.11 for the borders of fields, 1.4.3 for text in drawings: axe looks at neither.
  function contrast() {
    const rgb = text => (text.match(/[\d.]+/g) || []).map(Number);
    const part = v => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
    const ratio = (a, b) => { const [high, low] = [light(a), light(b)].sort((p, q) => q - p); return (high + 0.05) / (low + 0.05); };
    const ground = element => {
      for (let p = element; p; p = p.parentElement) { const c = rgb(style(p).backgroundColor); if (c.length === 3 || c[3] > 0.9) return c; }
      return [255, 255, 255];
    };
    const fields = all('input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea')
      .filter(field => field.getBoundingClientRect().width >= 2)
      .map(field => [field, Math.max(ratio(rgb(style(field).borderTopColor), ground(field.parentElement)), ratio(rgb(style(field).borderTopColor), ground(field)))])
      .filter(([, found]) => found < 3).map(([field, found]) => `field border contrast ${found.toFixed(2)}: ${field.name}`);
    const texts = all('svg text')
      .map(text => [text, ratio(rgb(style(text).fill), ground(text.closest('svg')))])
      .filter(([, found]) => found < 4.5).map(([text, found]) => `drawing's text contrast ${found.toFixed(2)}: ${text.textContent}`);
    return [...fields, ...texts];
  }

  // After a press of Tab: null at the end of the page, else what is wrong with the focus.
  function focus() {
    const element = document.activeElement;
    if (!element || element === document.body || element.dataset.pageCheck) return null;
    element.dataset.pageCheck = 'seen';
    const look = style(element), box = element.getBoundingClientRect(), faults = [];
    const ring = (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== 'none';
    if (!ring) faults.push(`no visible focus: ${name(element)}`);
    const within = (value, limit) => Math.min(Math.max(value, 1), limit - 2);
    const top = document.elementFromPoint(within(box.left + box.width / 2, innerWidth), within(box.top + box.height / 2, innerHeight));
    const own = !top || element.contains(top) || top.contains(element) || element.closest('label')?.contains(top);
    if (box.height < innerHeight && !own) faults.push(`focus is covered: ${name(element)}`);
    return faults;
  }

  // WCAG 1.4.12: the page must bear these distances.
  function spread() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}');
    document.adoptedStyleSheets = [sheet];
    return [];
  }

  function printed() {
    return all('nav, .toast').some(element => element.getClientRects().length) ? ['menu or toast is printed'] : [];
  }

  // How much text there is in main before any script has run: of the page as the server sent it.
  function still(sent) {
    const main = new DOMParser().parseFromString(sent, 'text/html').querySelector('main');
    for (const hidden of all('[hidden], template', main || document.createElement('p'))) hidden.remove();
    return (main?.textContent || '').replace(/\s+/g, ' ').trim().length;
  }

  // Before the first press of Tab: as when the page was opened.
  function unfocus() {
    for (const seen of all('[data-page-check]')) delete seen.dataset.pageCheck;
    document.activeElement?.blur();
    scrollTo(0, 0);
  }

  async function rules(runOnly) {
    const found = await axe.run(document, { runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap(rule => rule.nodes.slice(0, 3).map(node => `axe ${rule.id}: ${node.target.join(' ')}`));
  }

  return { sideways, reflow, cutTables, targets, skeleton, contrast, focus, unfocus, still, spread, printed, rules };
})();

// Follows a page that the server draws anew now and then. Only what has changed is changed here, so that what a reader has opened,
// marked, scrolled to or is about to press stays as it is.
const source = new EventSource(location.pathname + '/events');
source.addEventListener('page', event => show(event.data));
source.addEventListener('end', event => { source.close(); show(event.data); });
source.addEventListener('error', () => {
  document.querySelector('.status').textContent = source.readyState === EventSource.CLOSED
    ? 'This page does not follow the run: too many browsers do, or the run has ended.'
    : 'This page has lost its connection: the run may have been ended from outside. The page stays as it is, and tries again.';
});

function show(html) {
  change(document.body, new DOMParser().parseFromString(html, 'text/html').body);
}

function change(old, now) {
  if (old.nodeName !== now.nodeName) {
    old.replaceWith(now);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== now.data) old.data = now.data;
  } else {
    // Which details are open is the reader's choice.
    for (const {name} of [...old.attributes]) {
      if (name !== 'open' && !now.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const {name, value} of now.attributes) {
      if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const before = [...old.childNodes];
    const after = [...now.childNodes];
    after.forEach((node, i) => i < before.length ? change(before[i], node) : old.append(node));
    before.slice(after.length).forEach(node => node.remove());
  }
}

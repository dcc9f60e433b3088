// Files that are dropped on a form, or pasted where the visitor is.
//
//   filesFor(form, {pasted: document, take: files => …})
//
// A paste that has words too, as from a spreadsheet, is a paste of words.
const filesFor = (() => {
  'use strict';
  const carries = event => event.dataTransfer?.types.includes('Files');

  return function filesFor(form, {pasted, take}) {
    let over = 0; // enter and leave come for every element inside too
    const mark = count => { over = count; form.classList.toggle('over', over > 0); };
    form.addEventListener('dragenter', event => { if (carries(event)) mark(over + 1); });
    form.addEventListener('dragleave', event => { if (carries(event)) mark(over - 1); });
    form.addEventListener('dragover', event => { if (carries(event)) event.preventDefault(); });
    form.addEventListener('drop', event => {
      if (!carries(event)) return;
      event.preventDefault();
      mark(0);
      take([...event.dataTransfer.files]);
    });
    pasted.addEventListener('paste', event => {
      const {files, types} = event.clipboardData;
      if (!form.isConnected || files.length === 0 || types.includes('text/plain')) return; // a live page may have replaced the form
      event.preventDefault();
      take([...files]);
    });
  };
})();

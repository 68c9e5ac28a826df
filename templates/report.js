'use strict';
// Sorts and filters the tables, which are complete without it. Every table is read once; sorting
// and filtering then work on that list and touch the page in one pass.
(function () {
  var FEW = 500;
  var collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  var counting = new Intl.NumberFormat(document.documentElement.lang);

  function read(body) {
    return Array.prototype.map.call(body.rows, function (row, at) {
      return { row: row, at: at, keys: [], text: null, fits: true };
    });
  }

  function key(line, column, isNumber) {
    if (line.keys[column] === undefined) {
      var cell = line.row.cells[column];
      var text = cell.dataset.k !== undefined ? cell.dataset.k : cell.textContent;
      line.keys[column] = text === '' ? null : isNumber ? Number(text) : text;
    }
    return line.keys[column];
  }

  // What has no value comes last, whichever way it is sorted.
  function sorted(lines, column, isNumber, way) {
    return lines.slice().sort(function (a, b) {
      if (way === 0) { return a.at - b.at; }
      var x = key(a, column, isNumber), y = key(b, column, isNumber);
      if (x === null || y === null) { return (x === null) - (y === null) || a.at - b.at; }
      var order = isNumber ? x - y : x === y ? 0 : collator.compare(x, y);
      return way * order || a.at - b.at;
    });
  }

  function folded(text) {
    return text.normalize('NFKC').toLowerCase();
  }

  function fits(line, words) {
    if (line.text === null) {
      line.text = folded(Array.prototype.map.call(line.row.cells, function (c) { return c.textContent; }).join('\n'));
    }
    return words.every(function (word) { return line.text.indexOf(word) >= 0; });
  }

  function prepare(grid) {
    var table = grid.querySelector('table');
    var body = table.tBodies[0];
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    var lines = read(body);
    var limit = FEW;
    var count = null, more = null;

    function show() {
      var shown = 0, found = 0;
      lines.forEach(function (line) {
        var later = line.fits && found >= limit;
        if (line.fits) { found += 1; shown += later ? 0 : 1; }
        if (line.row.hidden === line.fits) { line.row.hidden = !line.fits; }
        if (line.row.classList.contains('later') !== later) { line.row.classList.toggle('later', later); }
      });
      if (count) {
        count.textContent = grid.dataset.count.replace('{n}', counting.format(shown)).replace('{all}', counting.format(lines.length));
        more.hidden = shown === found;
      }
    }

    heads.forEach(function (head, column) {
      // Not a <button>: browsers leave those out where they repeat a table's head on paper.
      var button = document.createElement('span');
      button.setAttribute('role', 'button');
      button.tabIndex = 0;
      button.className = 'sort';
      button.textContent = head.textContent;
      head.textContent = '';
      head.appendChild(button);
      head.setAttribute('aria-sort', 'none');
      button.addEventListener('keydown', function (event) {
        if (event.key !== 'Enter' && event.key !== ' ') { return; }
        event.preventDefault();
        button.click();
      });
      button.addEventListener('click', function () {
        var next = { none: 'ascending', ascending: 'descending', descending: 'none' }[head.getAttribute('aria-sort')];
        heads.forEach(function (other) { other.setAttribute('aria-sort', 'none'); });
        head.setAttribute('aria-sort', next);
        var way = { none: 0, ascending: 1, descending: -1 }[next];
        lines = sorted(lines, column, head.classList.contains('number'), way);
        show();
        var all = document.createDocumentFragment();
        lines.forEach(function (line) { all.appendChild(line.row); });
        body.appendChild(all);
      });
    });

    if (grid.dataset.filter) {
      var tools = document.createElement('div');
      var label = document.createElement('label');
      var box = document.createElement('input');
      var timer = 0;
      count = document.createElement('output');
      more = document.createElement('button');
      tools.className = 'tools';
      box.type = 'search';
      box.autocomplete = 'off';
      label.appendChild(document.createTextNode(grid.dataset.filter + ' '));
      label.appendChild(box);
      count.setAttribute('aria-live', 'polite');
      more.type = 'button';
      more.textContent = grid.dataset.more;
      more.addEventListener('click', function () { limit = Infinity; show(); });
      [label, count, more].forEach(function (part) { tools.appendChild(part); });
      grid.parentNode.insertBefore(tools, grid);
      var filter = function () {
        var words = folded(box.value).split(/\s+/).filter(Boolean);
        lines.forEach(function (line) { line.fits = fits(line, words); });
        show();
      };
      box.addEventListener('input', function () {
        clearTimeout(timer);
        timer = setTimeout(filter, lines.length > 2000 ? 200 : 0);
      });
    }
    show();
  }

  Array.prototype.forEach.call(document.querySelectorAll('.grid'), prepare);
})();

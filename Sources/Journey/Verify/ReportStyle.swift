/// Colours are named once and change with the reader's light or dark setting; print is light.
let reportStyle = """
  :root{color-scheme:light dark;--page:#f6f5f1;--card:#fff;--ink:#1d2430;--soft:#667085;--line:#e4e2dc;
  --a:#2f6feb;--b:#f08c2e;--good:#12805c;--goodbg:#e5f5ee;--bad:#c0392b;--badbg:#fdecea;--shade:#8a94a633}
  @media (prefers-color-scheme:dark){:root{--page:#12161d;--card:#1a202a;--ink:#e7eaf0;--soft:#98a2b3;
  --line:#2b3340;--a:#6ea8ff;--b:#ffab5c;--good:#4cc38a;--goodbg:#15302a;--bad:#ff8a7a;--badbg:#3a1f1f;
  --shade:#aab4c62e}}
  *{box-sizing:border-box}
  body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,"Noto Sans SC","PingFang SC",
  "Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
  main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
  i{font-style:normal;color:var(--soft);font-weight:400}
  .brand{margin:0;font-weight:700;letter-spacing:.04em;
  color:var(--a);display:flex;justify-content:space-between}
  .brand span{color:var(--soft);font-weight:400;letter-spacing:0}
  h1{font-size:28px;line-height:1.25;margin:4px 0 16px}
  h1 i{font-size:18px;margin-left:8px;white-space:nowrap}
  h2{font-size:18px;margin:0 0 14px}
  h2 i{font-size:14px;margin-left:6px}
  section{background:var(--card);
  border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin-top:18px}
  .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(88px,1fr));gap:8px 20px;margin:0}
  .facts div:first-child{grid-column:span 2}
  .facts dt{font-size:12px;color:var(--ink)}
  .facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
  .verdict b{font-size:22px}
  .verdict b i{color:inherit;font-weight:600;margin-left:6px}
  .verdict p{margin:6px 0 0}
  .verdict ul{margin:8px 0 0;padding-left:20px}
  .good{background:var(--goodbg);border-color:var(--good)}
  .good b{color:var(--good)}
  .bad{background:var(--badbg);border-color:var(--bad)}
  .bad b{color:var(--bad)}
  .scroll{overflow-x:auto}
  table{border-collapse:collapse;width:100%}
  th,td{padding:7px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
  th:first-child{text-align:left;padding-left:0}
  thead th:not(:first-child,:last-child){width:22%}
  tbody tr:last-child>*{border-bottom:0}
  tbody th{font-weight:500}
  .off{color:var(--bad);font-weight:700}
  .mark{width:1%;font-weight:700;text-align:center}
  .yes{color:var(--good)}
  .no{color:var(--bad)}
  svg{display:block;width:100%;height:auto;overflow:visible}
  svg text{font-size:12px;fill:var(--soft)}
  .grid{stroke:var(--line)}
  .axis{stroke:var(--soft)}
  .fa{fill:var(--a)}
  .fb{fill:var(--b)}
  .area{fill:var(--a);fill-opacity:.28}
  .curve{fill:none;stroke:var(--a);stroke-width:1.6;stroke-linejoin:round}
  .dot{fill:var(--b);fill-opacity:.55;stroke:var(--b)}
  .shade{fill:var(--shade)}
  .legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 8px;font-size:13px}
  .legend span::before{content:"";
  display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;
  background:var(--c)}
  .note{margin:10px 0 0;font-size:13px;color:var(--soft)}
  .meters{display:grid;gap:12px;margin-bottom:18px}
  .meters article>div:first-child{display:flex;justify-content:space-between;gap:12px;font-size:14px}
  .bar{height:9px;border-radius:5px;background:var(--shade);overflow:hidden;margin-top:4px}
  .bar>em{display:block;height:100%;background:var(--good)}
  .bar.over>em{background:var(--bad)}
  .rates{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px}
  .rates p{margin:0;padding:10px 14px;border:1px solid var(--line);border-radius:9px;font-size:13px}
  .rates b{display:block;font-size:22px;line-height:1.3}
  .rates b i{font-size:13px}
  @media print{body{background:#fff}section{break-inside:avoid}}
  """

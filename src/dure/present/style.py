"""The style sheet of the report: one column, light and dark, A4. No font and nothing else is loaded."""


def page_margins(text: str) -> str:
    """What stands below every printed page: whose figures these are, and which page of how many."""
    quoted = "".join(char if char.isalnum() or char == " " else f"\\{ord(char):x} " for char in text)
    font = "font:8pt system-ui,sans-serif;color:#57606a"
    return f'@page{{@bottom-left{{content:"{quoted}";{font}}}@bottom-right{{content:counter(page) " / " counter(pages);{font}}}}}'


CSS = """
:root{color-scheme:light dark;--paper:#fff;--shade:#57606a55;--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--tint:#f4f6f8;--strong:#0b5394;
--warn:#fff4d6;--warn-line:#b58100;--measured:#1a7f37;--simulated:#0b5394;--published:#6f42c1;--assumed:#9a4d00}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;
--shade:#a0a9b366;--ink:#e8ebee;--soft:#a0a9b3;--line:#39414a;--tint:#1d2228;
--strong:#7cb8f0;--warn:#33290f;--warn-line:#d5a021;--measured:#57c777;--simulated:#7cb8f0;--published:#b99af0;--assumed:#e5a35a}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Apple SD Gothic Neo",
"Noto Sans KR","Noto Sans CJK KR","Malgun Gothic",sans-serif;-webkit-text-size-adjust:100%}
html{overflow-wrap:break-word}
html[lang=ko]{word-break:keep-all;line-height:1.7}
body{max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:2rem;line-height:1.25;margin:.1rem 0 .3rem}
h2{font-size:1.35rem;line-height:1.3;margin:3rem 0 .8rem;padding-top:.6rem;border-top:2px solid var(--ink)}
h3{font-size:1.05rem;margin:1.8rem 0 .5rem}
p{margin:.5rem 0;max-width:46rem}
a{color:var(--strong)}
.eyebrow{color:var(--soft);letter-spacing:.02em;margin:0}
.period{color:var(--soft);margin:0}
.banner{border:1px solid var(--warn-line);border-left-width:8px;background:var(--warn);padding:.6rem 1rem;margin:1.2rem 0;
font-weight:600;max-width:none}
.lead{font-size:1.15rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:1rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;padding:0;margin:1rem 0;list-style:none}
.tile{border:1px solid var(--line);background:var(--tint);border-radius:.4rem;padding:.7rem .9rem}
.tile b{display:block;font-size:1.55rem;line-height:1.25;font-variant-numeric:tabular-nums}
.tile.big b{font-size:2.2rem;color:var(--strong)}
.tile small{color:var(--soft);display:block}
.word{display:inline-block;font-size:.72rem;line-height:1.35;font-weight:600;padding:0 .4em;border-radius:.25rem;border:1.5px solid;
white-space:nowrap;vertical-align:.1em}
.word.measured{color:var(--measured);border-style:solid}
.word.simulated{color:var(--simulated);border-style:dashed}
.word.published{color:var(--published);border-style:double;border-width:3px}
.word.assumed{color:var(--assumed);border-style:dotted}
dl.words{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0}
dl.words dd{margin:0}
.scroll{overflow-x:auto;margin:.8rem 0}
@media screen{.scroll{background:linear-gradient(to right,var(--paper) 40%,transparent) 0 0/2.5rem 100% no-repeat local,
linear-gradient(to left,var(--paper) 40%,transparent) 100% 0/2.5rem 100% no-repeat local,
linear-gradient(to right,var(--shade),transparent) 0 0/.8rem 100% no-repeat scroll,
linear-gradient(to left,var(--shade),transparent) 100% 0/.8rem 100% no-repeat scroll}}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{border-bottom:1.5px solid var(--ink);vertical-align:bottom}
tbody th{font-weight:500}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th.n{white-space:normal}
.note{color:var(--soft);font-size:.875rem}
ol.losses{padding-left:1.4rem;max-width:46rem}
ol.losses li{margin:.6rem 0}
figure{margin:1rem 0}
figure svg{display:block;max-width:100%;height:auto;margin:0 auto;overflow:visible}
figure svg text{fill:var(--ink)}
figure svg .role-axis-grid line,figure svg .role-axis-tick line,figure svg .role-axis-domain line{stroke:var(--line)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
summary{cursor:pointer;color:var(--strong);padding:.3rem 0}
figcaption{color:var(--soft);font-size:.875rem;margin:.3rem 0}
.hash th{overflow-wrap:anywhere}
.signing tbody tr{height:2.4rem}
.hash td{font-family:ui-monospace,Consolas,"DejaVu Sans Mono",monospace;font-size:.8rem;overflow-wrap:anywhere}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
@media screen and (max-width:44rem){figure .scroll svg{max-width:none}td:last-child:not(.n){min-width:15rem}
h1{font-size:1.65rem}h2{margin-top:2.2rem}.lead{font-size:1.08rem}ul,ol{padding-left:1.2rem}
th,td{padding:.3rem .45rem}tbody th[scope=row]{min-width:6.5rem}.n{min-width:3.2rem}
.hash table,.hash tbody,.hash tr,.hash th,.hash td,table.hash,table.hash tbody,table.hash tr,table.hash th,table.hash td{display:block}
.hash thead,table.hash thead{display:none}.hash tbody th,table.hash tbody th{border-bottom:0;padding-bottom:0;text-align:left}
.hash td:last-child:not(.n){min-width:0}.signing th,.signing td{min-width:0!important}
#figure-vendors>.scroll svg{max-width:100%}
#figure-waterfall>.scroll svg,#figure-losses>.scroll svg,#figure-waits>.scroll svg{max-width:100%}
#figure-waterfall td:last-child{min-width:0}#figure-waterfall th,#figure-waterfall td{padding:.25rem .3rem}
#figure-waterfall details::details-content{display:block;content-visibility:visible;height:auto}
#figure-waterfall details:not([open])>*{display:block}#figure-waterfall details:not([open])>summary{display:none}}
@page{size:A4;margin:14mm 14mm 16mm}
@media print{html{font-size:10.5pt}body{max-width:none;padding:0}nav,summary{display:none}
h2{break-after:avoid;margin-top:1.6rem}h3{break-after:avoid}
figure svg,tr,.tile,li,.banner{break-inside:avoid}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
footer{margin-top:1rem;break-before:avoid}#provenance ul{font-size:8.5pt;margin:.4rem 0}
table{font-size:8pt}th,td{padding:.15rem .3rem}details::details-content{display:block;content-visibility:visible;height:auto}
details:not([open])>*{display:block}details:not([open])>summary{display:none}}
""".strip()

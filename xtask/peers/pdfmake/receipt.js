// Renders one receipt COUNT times with pdfmake, each time a document and file of its own (the bytes are taken, not
// written to disk), and prints {"peer", "pages", "seconds", "pages_per_second", "bytes"}.
//
//   npm ci && node receipt.js [COUNT] [OUT.pdf]
//
// The receipt and the fonts are the ones crates/paper measures itself with. The page shows what ours shows: letterhead,
// form, table, words, QR of the same text at the same correction level, notes at the foot, hairlines and tints.
"use strict";
const fs = require("fs");
const path = require("path");
const PdfPrinter = require("pdfmake");

const paper = path.join(__dirname, "../../../crates/paper");
const receipt = JSON.parse(fs.readFileSync(path.join(paper, "examples/receipt.json"), "utf8"));
const words = receipt.words;
const r = receipt.receipt;
const font = (name) => path.join(paper, "fonts", name + ".ttf");
const printer = new PdfPrinter({
  Latin: { normal: font("NotoSans-Regular"), bold: font("NotoSans-Bold") },
  Deva: { normal: font("NotoSansDevanagari-Regular"), bold: font("NotoSansDevanagari-Bold") },
});

const GREY = "#525252";
// pdfmake picks no font by script: each run names its own, split where the script changes.
const runs = (text, style) =>
  (text.match(/[\u0900-\u097F]+(?:[^A-Za-z\u0900-\u097F]*[\u0900-\u097F]+)*|[^\u0900-\u097F]+/g) || []).map((piece) => ({
    text: piece,
    font: /[\u0900-\u097F]/.test(piece) ? "Deva" : "Latin",
    ...style,
  }));
const line = (text, style) => ({ text: runs(text, style), ...(style.alignment ? { alignment: style.alignment } : {}) });
const pair = (value, main, second) => ({
  text: [...runs(value.hindi, main), ...(value.english ? runs(" / " + value.english, second) : [])],
});
const MAIN = { fontSize: 8.8, bold: true };
const SECOND = { fontSize: 7.5 };
const cell = (label, value) => ({
  stack: [
    line(label, { fontSize: 6.3, color: GREY }),
    typeof value === "string" ? line(value, MAIN) : pair(value, MAIN, SECOND),
  ],
});
const form = (widths, cells) => ({
  table: { widths, body: [cells] },
  layout: { hLineWidth: () => 0.4, vLineWidth: () => 0.4, paddingTop: () => 1, paddingBottom: () => 1 },
});

const grouped = (paise) => {
  const sign = paise < 0 ? "-" : "";
  const rupees = String(Math.floor(Math.abs(paise) / 100));
  const last = rupees.slice(-3);
  const rest = rupees.slice(0, -3).replace(/\B(?=(\d\d)+(?!\d))/g, ",");
  return sign + (rest ? rest + "," : "") + last + "." + String(Math.abs(paise) % 100).padStart(2, "0");
};

const amountCell = (text, bold) => line(text, { fontSize: 8.8, bold, alignment: "right" });
const tableRows = () => {
  const head = (hindi, english) => ({
    stack: [line(hindi, { fontSize: 7.5, bold: true }), line(english, { fontSize: 6.3 })],
    fillColor: "#e6e6e6",
  });
  const rows = [[head("क्र.", "No."), head("मद", "Head"), head("वर्ष/अवधि", "Period"), head("राशि (₹)", "Amount (₹)")]];
  r.lines.forEach((one, index) =>
    rows.push([
      line(String(index + 1), { fontSize: 8.8 }),
      pair(one.head, { fontSize: 8.8 }, { fontSize: 7.5, color: GREY }),
      line(one.period, { fontSize: 8.8 }),
      amountCell(grouped(one.amount), false),
    ])
  );
  if (r.advance) {
    const advance = { hindi: "अग्रिम के रूप में जमा", english: "Held as advance" };
    rows.push(["", pair(advance, { fontSize: 8.8 }, { fontSize: 7.5, color: GREY }), "", amountCell(grouped(r.advance), false)]);
  }
  rows.push(["", pair({ hindi: "कुल योग", english: "Total" }, MAIN, SECOND), "", amountCell("₹ " + grouped(r.total), true)]);
  return rows;
};

const definition = () => ({
  pageSize: "A5",
  pageMargins: [28.3, 22.7, 28.3, 60],
  defaultStyle: { font: "Latin", fontSize: 8.8 },
  footer: (page, pages) => ({
    margin: [28.3, 8, 28.3, 0],
    stack: [
      ...receipt.notes.map((note) => line(note, { fontSize: 5.8, color: GREY, alignment: "center" })),
      line(`पृष्ठ / Page ${page}/${pages}`, { fontSize: 5.8, color: GREY, alignment: "right" }),
    ],
  }),
  content: [
    line(r.letterhead.town.hindi, { fontSize: 15, bold: true, alignment: "center" }),
    line(r.letterhead.town.english, { fontSize: 9.3, bold: true, alignment: "center" }),
    { ...pair(r.letterhead.department, SECOND, { fontSize: 6.3, color: GREY }), alignment: "center" },
    { ...pair(r.letterhead.address, SECOND, { fontSize: 6.3, color: GREY }), alignment: "center" },
    {
      canvas: [
        { type: "line", x1: 0, y1: 3, x2: 362.8, y2: 3, lineWidth: 1.4 },
        { type: "line", x1: 0, y1: 5.4, x2: 362.8, y2: 5.4, lineWidth: 0.5 },
      ],
    },
    { ...pair({ hindi: "प्राप्ति रसीद", english: "Receipt" }, { fontSize: 11.5, bold: true }, { fontSize: 10, bold: true }), alignment: "center", margin: [0, 4] },
    form(["*", 78, 36, 66], [
      cell("रसीद संख्या / Receipt no.", r.number),
      cell("दिनांक एवं समय / Date and time", receipt.date_and_time),
      cell("काउंटर / Counter", r.counter),
      cell("लिपिक / Clerk", r.clerk),
    ]),
    form(["*", "*"], [cell("जमाकर्ता / Paid by", r.payer), cell("विषय / On account of", r.subject)]),
    form(["*", "*"], [cell("करदाता / Assessee", r.consumer.name), cell("पिता/पति / Father/husband", r.consumer.father_or_husband)]),
    form(["*", "*", "*"], [
      cell("संपत्ति संख्या / Property ID", r.consumer.id),
      cell("पुरानी संख्या / Old ID", r.consumer.old_id),
      cell("वार्ड / Ward", r.consumer.ward),
    ]),
    form(["*", "*"], [cell("मोहल्ला / Locality", r.consumer.locality), cell("पता / Address", r.consumer.address)]),
    {
      margin: [0, 4],
      table: { headerRows: 1, widths: [22, "*", 54, 70], body: tableRows() },
      layout: { hLineWidth: () => 0.4, vLineWidth: () => 0.4, paddingTop: () => 0.5, paddingBottom: () => 0.5 },
    },
    {
      columns: [
        { width: 115, stack: [{ qr: r.seal.qr, fit: 110.6, eccLevel: "M" }, line("जाँच हेतु स्कैन करें / Scan to verify", { fontSize: 6.3, color: GREY })] },
        {
          width: "*",
          stack: [
            {
              table: { widths: ["*"], body: [[{ stack: [line(words.hindi, MAIN), line(words.english, SECOND)], fillColor: "#f3f3f3" }]] },
              layout: { hLineWidth: () => 0.4, vLineWidth: () => 0.4 },
            },
            form(["*", "*"], [
              cell("भुगतान का माध्यम / Mode of payment", r.payment.mode),
              cell("प्राप्त नकद / Cash tendered", "₹ " + grouped(r.payment.tendered)),
            ]),
            form(["*", "*"], [
              cell("वापस की गई राशि / Change returned", "₹ " + grouped(r.payment.change)),
              cell("इस भुगतान के बाद शेष / Balance left", "₹ " + grouped(r.balance_after)),
            ]),
          ],
        },
      ],
    },
  ],
});

const render = () =>
  new Promise((resolve, reject) => {
    const document = printer.createPdfKitDocument(definition());
    const chunks = [];
    document.on("data", (chunk) => chunks.push(chunk));
    document.on("end", () => resolve(Buffer.concat(chunks)));
    document.on("error", reject);
    document.end();
  });

(async () => {
  const count = Number(process.argv[2] || 40);
  // The first ones warm the compiler up and are not counted.
  let bytes = 0;
  for (let warm = 0; warm < 5; warm++) await render();
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  for (let done = 0; done < count; done++) bytes = (await render()).length;
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const used = process.cpuUsage(cpu);
  if (process.argv[3]) fs.writeFileSync(process.argv[3], await render());
  console.log(
    JSON.stringify({
      peer: "pdfmake " + require("pdfmake/package.json").version,
      pages: count,
      seconds,
      pages_per_second: count / seconds,
      pages_per_cpu_second: (count * 1e6) / (used.user + used.system),
      bytes,
    })
  );
})();

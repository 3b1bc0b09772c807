// COUNT receipts, a document each, from one PouchDB through a CouchDB-style server to another, all three on LevelDB:
//
//   npm ci && node pouch.js RECEIPTS.json FOLDER
//
// prints {"peer", "changes", "seconds", "bytes"}, as automerge.js does.
import fs from "node:fs";
import path from "node:path";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";
import { counted } from "./counted.js";

const [input, folder] = process.argv.slice(2);
const receipts = JSON.parse(fs.readFileSync(input, "utf8"));
fs.mkdirSync(folder, { recursive: true });
process.chdir(folder);
const At = PouchDB.defaults({ prefix: path.join(folder, "server-") });
const app = express();
app.use("/", expressPouchDB(At, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: path.join(folder, "log") }));
const server = await new Promise((resolve) => {
  const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
});
const [near, far] = [await counted(server.address().port), await counted(server.address().port)];
await new At("town").info();
const one = new PouchDB(path.join(folder, "one"));
const stored = await one.bulkDocs(receipts.map((receipt, at) => ({ _id: String(at).padStart(6, "0"), ...receipt })));
if (stored.some((row) => row.error)) throw new Error("not stored");
const two = new PouchDB(path.join(folder, "two"));

const begun = performance.now();
const options = { batch_size: 1000 };
await one.replicate.to(`http://127.0.0.1:${near.port}/town`, options);
await two.replicate.from(`http://127.0.0.1:${far.port}/town`, options);
const seconds = (performance.now() - begun) / 1000;
const { doc_count } = await two.info();
if (doc_count !== receipts.length) throw new Error(`not converged: ${doc_count} of ${receipts.length}`);
console.log(JSON.stringify({ peer: "PouchDB 9.0.0", changes: receipts.length, seconds, bytes: near.bytes + far.bytes }));
process.exit(0);

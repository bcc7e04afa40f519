"""Writes a model as GGUF, and reads it back: architecture `llama`, Q8_0 matrices. llama.cpp wants a tokenizer: a `gpt2` vocabulary with one
placeholder piece per id serves, since ids are passed directly. Run alone: python export.py CHECKPOINT OUT.gguf"""
import sys

import numpy as np
import torch
import gguf
from gguf.quants import dequantize, quantize

from model import Config, Model
from parts import folded

TYPE = gguf.GGMLQuantizationType.Q8_0
LAYERS = {"attn_q": "q", "attn_k": "k", "attn_v": "v", "attn_output": "o", "ffn_gate": "gate", "ffn_up": "up", "ffn_down": "down"}


def write_gguf(model, tokens, path):
    c = model.c
    w = gguf.GGUFWriter(str(path), "llama")
    w.add_name("kubesynth")
    w.add_context_length(c.positions)
    w.add_embedding_length(c.width)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.feed_forward)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.kv_heads)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_dimension_count(c.head)
    w.add_rope_freq_base(10000.0)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_vocab_size(len(tokens))
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("default")
    w.add_token_list([f"t{i}" for i in range(len(tokens))])
    w.add_token_types([3] * 3 + [4] * (len(tokens) - 3))
    w.add_token_merges(["t 0"])
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_add_bos_token(False)

    def matrix(name, weight):
        w.add_tensor(name, quantize(weight.detach().float().cpu().numpy(), TYPE), raw_dtype=TYPE)

    def vector(name, weight):
        w.add_tensor(name, weight.detach().float().cpu().numpy().astype(np.float32))

    matrix("token_embd.weight", model.embedding.weight)
    vector("output_norm.weight", model.norm)
    for i, b in enumerate(model.blocks):
        vector(f"blk.{i}.attn_norm.weight", b.attention_norm)
        vector(f"blk.{i}.ffn_norm.weight", b.feed_norm)
        for name, own in LAYERS.items():
            matrix(f"blk.{i}.{name}.weight", getattr(b, own).weight)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def read_gguf(path):
    """The state of a model that `write_gguf` wrote, but for what eight bits lost."""
    own = {"token_embd.weight": "embedding.weight", "output_norm.weight": "norm"}
    state = {}
    for tensor in gguf.GGUFReader(str(path)).tensors:
        weight = torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32))
        if tensor.name in own:
            state[own[tensor.name]] = weight
            continue
        _, block, name, _ = tensor.name.split(".")
        place = {"attn_norm": "attention_norm", "ffn_norm": "feed_norm"}.get(name) or f"{LAYERS[name]}.weight"
        state[f"blocks.{block}.{place}"] = weight
    return state


if __name__ == "__main__":
    saved = torch.load(sys.argv[1], map_location="cpu", weights_only=False)
    o = saved["options"]
    model = Model(Config(len(saved["tokens"]), o["width"], o["layers"], o["heads"], o["kv_heads"]))
    model.load_state_dict(folded(saved["model"], saved["tokens"]), strict=False)
    write_gguf(model, saved["tokens"], sys.argv[2])

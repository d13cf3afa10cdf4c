"""A service on this computer that gives scores to pictures, by each protocol, and misbehaves when told to."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

Model = Callable[[Tensor], Tensor]
"""From pictures ``(n, 3, h, w)`` in [0, 1] to scores ``(n, K)``."""


class Service:
    """What it answers depends on the path; the list of behaviours is used up, the last one stays.

    Attributes:
        behaviours: ``good``; a status; ``hang``, ``drip``, ``slow headers``, ``huge``, ``html``, ``text``,
            ``elsewhere``; or whatever JSON is to be answered.
        asked: Pictures of every request that was answered well, as it received them.
        requests: Path and headers of every request.
    """

    def __init__(self, model: Model, labels: Sequence[str]) -> None:
        self.model, self.labels = model, list(labels)
        self.behaviours: list[Any] = ["good"]
        self.asked: list[Tensor] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.retry_after = ""
        self.top = len(labels)
        self.closing, self.lock = threading.Event(), threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with service.lock:
                    service.requests.append((self.path, dict(self.headers)))
                    left = service.behaviours
                    behaviour = left.pop(0) if len(left) > 1 else left[0]
                service.answer(self, behaviour, body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up on purpose
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler, behaviour: Any, body: bytes) -> None:
        """Answers one request."""
        if behaviour == "good":
            self.send(handler, json.dumps(self.scored(handler, body)).encode())
        elif isinstance(behaviour, int):
            more = {"Retry-After": self.retry_after} if self.retry_after else {}
            self.send(handler, b'{"error": {"message": "no, hf_secret_token"}}', behaviour, more)
        elif behaviour == "hang":
            self.closing.wait(20)
        elif behaviour == "slow headers":
            while not self.closing.wait(0.05):
                handler.wfile.write(b"H")
        elif behaviour == "drip":
            handler.send_response(200)
            handler.send_header("Content-Length", "10000")
            handler.end_headers()
            while not self.closing.wait(0.05):
                handler.wfile.write(b" ")
        elif behaviour == "huge":
            handler.send_response(200)
            handler.end_headers()
            for _ in range(400):
                handler.wfile.write(b" " * 2**20)
            handler.close_connection = True
        elif behaviour == "html":
            self.send(handler, b"<!DOCTYPE html><html>Sign in</html>")
        elif behaviour == "text":
            self.send(handler, b"fine, thank you")
        elif behaviour == "elsewhere":
            self.send(handler, b"", 307, {"Location": "http://elsewhere.example/steal"})
        else:
            self.send(handler, json.dumps(behaviour).encode())

    def send(
        self,
        handler: BaseHTTPRequestHandler,
        body: bytes,
        status: int = 200,
        more: dict[str, str] | None = None,
    ) -> None:
        """Sends a whole answer."""
        handler.send_response(status)
        for name, value in {**(more or {}), "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def scores(self, pictures: Tensor) -> list[list[float]]:
        """The model's scores of pictures, which are noted."""
        with self.lock:
            self.asked.append(pictures)
        with torch.no_grad():
            scores: list[list[float]] = self.model(pictures).tolist()
        return scores

    def scored(self, handler: BaseHTTPRequestHandler, body: bytes) -> Any:
        """The answer by the protocol that the path is of."""
        path, kind = handler.path, handler.headers.get("Content-Type", "")
        if path.startswith("/customvision/"):
            (row,) = self.scores(picture_of(body))
            return {"id": "1", "predictions": [{"tagName": n, "probability": p} for n, p in self.best(row)]}
        if path.startswith("/predictions/"):
            form = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            (part,) = form.get_payload()
            assert part.get_param("name", header="content-disposition") == "data"
            (row,) = self.scores(picture_of(part.get_payload(decode=True)))
            return dict(self.best(row))
        if path.startswith("/v2/"):
            return self.kserve(handler, body)
        asked = json.loads(body)
        if path.startswith("/hf-inference/"):
            (row,) = self.scores(picture_of(base64.b64decode(asked["inputs"])))
            return [{"label": n, "score": p} for n, p in self.best(row)][: asked["parameters"]["top_k"]]
        if path.startswith("/v1/projects/"):
            pictures = [picture_of(base64.b64decode(each["content"])) for each in asked["instances"]]
            best = [self.best(row) for row in self.scores(torch.cat(pictures))]
            return {
                "predictions": [
                    {"displayNames": [n for n, _ in row], "confidences": [p for _, p in row], "ids": []}
                    for row in best
                ]
            }
        assert path.startswith("/v1/models/")
        return {"predictions": self.scores(torch.tensor(asked["instances"]).permute(0, 3, 1, 2))}

    def kserve(self, handler: BaseHTTPRequestHandler, body: bytes) -> Any:
        """The answer by KServe's second protocol, to JSON or to bytes behind it."""
        length = int(handler.headers.get("Inference-Header-Content-Length", len(body)))
        (tensor,) = json.loads(body[:length])["inputs"]
        assert tensor["name"] == "pixels"
        assert tensor["datatype"] == "FP32"
        if "data" in tensor:
            values = np.array(tensor["data"], np.float32)
        else:
            assert tensor["parameters"]["binary_data_size"] == len(body) - length
            values = np.frombuffer(body[length:], "<f4")
        rows = self.scores(torch.from_numpy(values.reshape(tensor["shape"]).copy()))
        flat = [value for row in rows for value in row]
        shape = [len(rows), len(rows[0])]
        return {"outputs": [{"name": "scores", "datatype": "FP32", "shape": shape, "data": flat}]}

    def best(self, row: list[float]) -> list[tuple[str, float]]:
        """Labels and scores, the best first, as services sort them."""
        pairs = zip(self.labels, row, strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])[: self.top]


def picture_of(file: bytes) -> Tensor:
    """A JPEG's or PNG's pixels as ``(1, 3, h, w)`` in [0, 1]."""
    pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), np.float32) / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


@contextmanager
def served(model: Model, labels: Sequence[str]) -> Iterator[Service]:
    """A service for as long as it is needed."""
    service = Service(model, labels)
    try:
        yield service
    finally:
        service.closing.set()
        service.http.shutdown()
        service.http.server_close()


ADDRESSES = {
    "azure-custom-vision": "/customvision/v3.0/Prediction/p/classify/iterations/one/image/nostore",
    "vertex-ai": "/v1/projects/p/locations/l/endpoints/1:predict",
    "hugging-face": "/hf-inference/models/owner/name",
    "torchserve": "/predictions/name",
    "tf-serving": "/v1/models/name:predict",
    "kserve-v2": "/v2/models/name/infer",
    "triton": "/v2/models/name/infer",
}
"""Paths of the protocols."""

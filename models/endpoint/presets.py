"""What is usual for services that many people use; an address, and a key where one is needed, is left to say.

Each is a part of the entry ``endpoint`` in model.json; what is stated there goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRESETS: Mapping[str, Mapping[str, Any]] = {
    # POST …/customvision/v3.0/Prediction/PROJECT/classify/iterations/NAME/image/nostore
    "azure-custom-vision": {
        "headers": {"Prediction-Key": "${AZURE_PREDICTION_KEY}"},
        "send": {"as": "body", "content_type": "application/octet-stream"},
        "answer": {"scores": "predictions[].probability", "labels": "predictions[].tagName"},
    },
    # POST …/v1/projects/PROJECT/locations/REGION/endpoints/NUMBER:predict, a model of AutoML
    "vertex-ai": {
        "headers": {"Authorization": "Bearer ${VERTEX_TOKEN}"},
        "send": {
            "as": "json",
            "template": {
                "instances": [{"content": "{image}"}],
                "parameters": {"confidenceThreshold": 0.0, "maxPredictions": 1000},
            },
        },
        "answer": {"scores": "predictions[*].confidences", "labels": "predictions[*].displayNames"},
    },
    # POST https://router.huggingface.co/hf-inference/models/OWNER/NAME, or an Inference Endpoint
    "hugging-face": {
        "headers": {"Authorization": "Bearer ${HF_TOKEN}"},
        "send": {
            "as": "json",
            "template": {"inputs": "{image}", "parameters": {"top_k": 1000}},
        },
        "answer": {"scores": "[].score", "labels": "[].label"},
    },
    # POST http://HOST:8080/predictions/NAME, its image_classifier handler
    "torchserve": {
        "send": {"as": "multipart", "field": "data"},
        "answer": {"scores": "values(@)", "labels": "keys(@)"},
    },
    # POST http://HOST:8501/v1/models/NAME:predict
    "tf-serving": {
        "send": {"as": "tensor", "layout": "nhwc", "template": {"instances": "{tensor}"}},
        "answer": {"scores": "predictions"},
        "at_once": 8,
    },
    # POST http://HOST/v2/models/NAME/infer, with numbers in JSON
    "kserve-v2": {
        "send": {
            "as": "tensor",
            "layout": "nchw",
            "template": {
                "inputs": [{"name": "{input}", "shape": "{shape}", "datatype": "FP32", "data": "{tensor}"}]
            },
        },
        "answer": {"scores": "outputs[0].data"},
        "at_once": 8,
    },
    # the same, with numbers as bytes behind the JSON, which is a tenth as long
    "triton": {
        "send": {"as": "binary-tensor", "layout": "nchw"},
        "answer": {"scores": "outputs[0].data"},
        "at_once": 8,
    },
}

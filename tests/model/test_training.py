"""A tiny run of the recipe: it trains, is interrupted, resumes to the same weights, and loads."""

import copy
import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import RobertaProcessing
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    BertConfig,
    DistilBertConfig,
    DistilBertForQuestionAnswering,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)
from transformers import BertForQuestionAnswering as Bert

from index.errors import ModelError
from qa import larger, span_head
from qa.adapter import adapt, learned, merged
from qa.framing import Frame, frame_of
from qa.quantised import quantise, reach
from qa.reader import load as load_reader
from qa.reader import load_calibration
from qa.setfile import FormatError
from qa.span_head import SpanHead, attach, parameters
from qa.squad import Gold, ReadingExample, load_reading_set
from qa.training import __main__ as command
from qa.training import loop
from qa.training.calibrate import UNCALIBRATED, Record, best_threshold, calibrate, honest_threshold
from qa.training.examples import TrainingExample, WeightedSet, epoch, swapped, without_answer
from qa.training.export import RunError, export
from qa.training.features import Feature, batches, features, targets
from qa.training.loop import Plan, learning_rate, span_losses, train
from qa.training.teacher import Teacher, soft_loss


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    start = tmp_path / "start"
    torch.manual_seed(1)
    Bert(
        BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    ).save_pretrained(start)
    AutoTokenizer.from_pretrained(str(files("qa") / "weights")).save_pretrained(start)
    rows = [
        {
            "id": f"q{i}",
            "title": "Foxes",
            "context": f"Fox number {i} lives in house {i}. It likes berries.",
            "question": f"Where does fox number {i} live?",
            "answers": [{"text": f"house {i}", "start": len(f"Fox number {i} lives in ")}],
        }
        for i in range(24)
    ]
    data = tmp_path / "foxes.jsonl.gz"
    with gzip.open(data, "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return Plan(
        start=start,
        sets=(WeightedSet(data, 1.5),),
        out=tmp_path / "out",
        dev=data,
        steps=12,
        batch=4,
        save_every=4,
        dev_questions=4,
        shared=0.5,
        hidden=0.1,
        average=0.8,
    )


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_an_interrupted_run_ends_in_the_same_weights(
    kind: torch.dtype, plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(loop, "fastest_type", lambda device: kind)
    kinds, score = set(), span_head.span_scores

    def scored(model: Any, inputs: Any) -> Any:
        kinds.add(model.dtype)
        return score(model, inputs)

    monkeypatch.setattr(span_head, "span_scores", scored)
    train(plan)
    assert kinds == {kind, torch.float32}  # what trains, what is looked at
    whole = AutoModelForQuestionAnswering.from_pretrained(plan.out).state_dict()
    log = [json.loads(line) for line in (plan.out / "train.jsonl").read_text().splitlines()]
    assert [row["step"] for row in log] == [4, 8, 12] and "dev_f1" in log[-1]

    again = replace(plan, out=tmp_path / "again")
    loss, steps = loop._loss, []

    def interrupted(*arguments: object) -> float:
        steps.append(1)
        if len(steps) == 7:
            raise KeyboardInterrupt
        return loss(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "_loss", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(again)
    monkeypatch.setattr(loop, "_loss", loss)
    train(again)
    resumed = AutoModelForQuestionAnswering.from_pretrained(again.out).state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    heads = parameters(plan.out), parameters(again.out)
    assert heads[0] and all(torch.equal(heads[0][name], heads[1][name]) for name in heads[0])


def test_a_run_that_is_killed_while_it_saves_is_repaired(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(plan, steps=2)

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(loop, "write_whole", killed)
        train(short)
    train(short)
    assert json.loads((plan.out / "plan.json").read_text())["trained"] == 2


def test_a_run_goes_on_only_with_its_own_plan(plan: Plan) -> None:
    short = replace(plan, steps=2, save_every=2)
    train(short)
    path = plan.out / "checkpoint.pt"
    with pytest.raises(ModelError, match=r"run of another plan \(batch, seed\)\.$"):
        train(replace(short, batch=3, seed=1))
    train(replace(short, steps=3, save_every=1))
    state = torch.load(path, weights_only=True)
    assert state["step"] == 3
    torch.save({name: one for name, one in state.items() if name != "plan"}, path)
    train(replace(short, steps=4, batch=3))  # an older one, without a plan
    torch.save({name: one for name, one in state.items() if name != "mean"}, path)
    with pytest.raises(ModelError, match="damaged or another model's"):
        train(short)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="damaged or another model's"):
        train(short)


def test_sets_that_give_nothing_are_refused_before_the_first_step(
    plan: Plan, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match="too small, or weigh too little"):
        train(replace(plan, sets=(replace(plan.sets[0], weight=0.01),)))
    with pytest.raises(FormatError, match="no file"):
        train(replace(plan, dev=tmp_path / "mistyped.jsonl"))
    path = tmp_path / "unanswered.jsonl"
    path.write_text('{"id": "1", "context": "Ann.", "question": "Who?", "answers": []}\n')
    with pytest.raises(FormatError, match="no answered question"):
        train(replace(plan, dev=path))
    assert plan.dev and len(loop._dev_questions(plan.dev, 13)) == 12
    assert not (plan.out / "train.jsonl").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["a.jsonl=nan"], "'nan' is not a number from 0 up"),
        (["a.jsonl=inf"], "'inf' is not a number from 0 up"),
        (["a.jsonl=-1"], "'-1' is not a number from 0 up"),
        (["a.jsonl=much"], "'much' is not a number from 0 up"),
        (["a.jsonl", "--batch", "0"], "'0' is not a whole number from 1 up"),
        (["a.jsonl", "--save-every", "0.5"], "'0.5' is not a whole number from 1 up"),
        (["a.jsonl", "--negatives", "-1"], "'-1' is not a number from 0 up"),
        (["a.jsonl", "--swaps", "1.1"], "'1.1' is not a number from 0 to 1"),
        (["a.jsonl", "--average", "nan"], "'nan' is not a number from 0 to 1"),
    ],
)
def test_numbers_out_of_range_are_refused(
    given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command._parser().parse_args(["train", "--out", "run", *given])
    assert told in capsys.readouterr().err


def test_only_training_goes_on_after_an_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "calibrate", interrupted)
    monkeypatch.setattr(sys, "argv", ["training", "calibrate", "model", "set.jsonl"])
    assert command.main() == 130
    assert capsys.readouterr().err == "\nInterrupted.\n"


def test_a_long_context_is_encoded_again_after_a_look_at_the_dev_set(plan: Plan) -> None:
    """The look truncates pairs; single contexts, in the epoch after it, must not be."""
    with gzip.open(plan.sets[0].path, "at") as file:
        row = {"id": "long", "title": "Foxes", "context": "House 3. " * 300, "question": "Where?"}
        file.write(json.dumps(row | {"answers": [{"text": "House 3", "start": 0}]}) + "\n")
    steps = 16
    train(replace(plan, sets=(WeightedSet(plan.sets[0].path, 1.0),), steps=steps, save_every=2))
    log = [json.loads(line) for line in (plan.out / "train.jsonl").read_text().splitlines()]
    looks = [row["step"] for row in log if "dev_f1" in row]
    assert log[-1]["epoch"] > 0 and looks[0] < steps


@pytest.mark.parametrize("family", ["distilbert", "roberta"])
def test_other_encoders_train_and_read(family: str, plan: Plan, tmp_path: Path) -> None:
    """Encoders without token types, with other special tokens and a different padding id."""
    start = tmp_path / family
    if family == "distilbert":
        DistilBertForQuestionAnswering(
            DistilBertConfig(dim=16, n_layers=1, n_heads=2, hidden_dim=32)
        ).save_pretrained(start)
        kept = AutoTokenizer.from_pretrained(plan.start)
        kept.model_input_names = ["input_ids", "attention_mask"]
    else:
        kept = roberta_tokenizer()
        roberta(len(kept)).save_pretrained(start)
    kept.save_pretrained(start)
    train(replace(plan, start=start, steps=2, save_every=2))
    shutil.copy(str(files("qa") / "weights" / "reader.json"), plan.out)
    text = "Fox number 3 lives in house 3."
    spans = load_reader(plan.out).read("Where does fox number 3 live?", text, [(0, len(text))])
    assert spans and all(text[one.start : one.end].strip() for one in spans)


def test_a_separator_stands_between_question_and_context() -> None:
    """An empty pair is taken for no pair, and shows none."""
    bert = AutoTokenizer.from_pretrained(str(files("qa") / "weights"))
    assert frame_of(bert) == Frame(101, (102,), 102, 0, typed=True)
    assert frame_of(roberta_tokenizer()) == Frame(0, (2, 2), 2, 1, typed=False)
    frame = frame_of(bert)
    ids = bert("Who?", "Ann did.")["input_ids"]
    assert ids[: ids.index(102) + 1] == frame.head(
        bert("Who?", add_special_tokens=False)["input_ids"]
    )


def test_spans_compete_in_their_window_and_with_the_other_windows_of_their_question() -> None:
    """One question has two windows and another one. Each window has three spans of two tokens."""
    none = -1e4
    spans = torch.full((3, 3, 3), none)
    spans[0, 1, 1], spans[0, 1, 2], spans[0, 2, 2] = 4.0, 6.0, 3.0
    spans[1, 1, 1], spans[1, 1, 2], spans[1, 2, 2] = 5.0, 0.0, 1.0
    spans[2, 1, 1], spans[2, 1, 2], spans[2, 2, 2] = 1.0, 2.0, 9.0
    null, groups = torch.tensor([1.0, 2.0, 5.0]), torch.tensor([7, 7, 8])
    start, end = torch.tensor([1, 0, 2]), torch.tensor([2, 0, 2])
    alone, rivals = span_losses(spans, null, start, end, groups)
    rows = torch.tensor([[6.0, 4.0, 3.0, 1.0], [2.0, 5.0, 0.0, 1.0], [9.0, 1.0, 2.0, 5.0]])
    assert torch.allclose(alone, -rows.log_softmax(-1)[:, 0].mean())
    first = torch.tensor([5.0, 3.0, 2.0, 3.0, -2.0, -1.0])  # less "not here", both windows
    second = torch.tensor([4.0, -4.0, -3.0])
    hand = -(first.log_softmax(-1)[0] + second.log_softmax(-1)[0]) / 2
    assert torch.allclose(rivals, hand)
    nowhere = torch.zeros_like(start)
    assert float(span_losses(spans, null, nowhere, nowhere, groups)[1]) == 0.0


def test_a_new_span_head_changes_nothing_and_is_kept_with_the_model(tmp_path: Path) -> None:
    torch.manual_seed(2)
    hidden = torch.randn(1, 40, 8)
    head = SpanHead(8)
    assert not head(hidden).any()
    model: Any = Bert(BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2))
    torch.nn.init.normal_(head.end.weight)
    torch.nn.init.normal_(head.length)
    model.span_head = head
    model.save_pretrained(tmp_path)
    again: Any = AutoModelForQuestionAnswering.from_pretrained(tmp_path)
    attach(again, tmp_path)
    assert torch.equal(again.span_head(hidden), head(hidden))
    before_start = head(hidden)[0].tril(-1) - (head.start(hidden) @ head.end(hidden).mT / 8)[
        0
    ].tril(-1)
    assert torch.allclose(before_start, torch.zeros(()), atol=1e-5)


def test_the_windows_of_a_question_share_a_batch() -> None:
    made = [Feature(i % 30, [0] * (5 + i % 7), 3, 0, 0) for i in range(90)]
    grouped = batches(made, 6, seed=1)
    assert sum(map(len, grouped)) == 90
    assert all(len({one.group for one in batch}) == 2 for batch in grouped)


def test_hidden_words_are_not_the_answers() -> None:
    kept = AutoTokenizer.from_pretrained(str(files("qa") / "weights"))
    context = "The red fox lives in a small house by the sea with its mother. " * 3
    example = TrainingExample(0, "Where does it live?", context, Gold("small house", 23))
    raw, frame, mask = kept.backend_tokenizer, frame_of(kept), kept.mask_token_id
    (plain,) = features([example], raw, frame, 128, 1)
    (one,) = features([example], raw, frame, 128, 1, hidden=0.5, mask=mask)
    assert mask not in plain.ids and 10 < one.ids.count(mask) < 40
    assert (
        one.ids[one.start : one.end + 1] == raw.encode("small house", add_special_tokens=False).ids
    )
    assert [one.ids[i] for i in (0, one.context_from - 1, -1)] == [101, 102, 102]


def test_frozen_layers_stay_as_they_are(plan: Plan) -> None:
    train(replace(plan, steps=2, save_every=2, freeze=1, rate=1e-2))
    before, after = (
        AutoModelForQuestionAnswering.from_pretrained(folder).state_dict()
        for folder in (plan.start, plan.out)
    )
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"qa_outputs.weight", "qa_outputs.bias"}


def export_card(run: Path, out: Path) -> str:
    export(run, out)
    return (out / "README.md").read_text()


def test_an_adapter_learns_in_the_place_of_the_layers(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run's model is one without adapters; they make the same of the start."""
    out = tmp_path / "adapter"
    adapted = replace(plan, steps=4, rate=1e-2, adapter=2)
    train(adapted)
    train(replace(adapted, steps=8))  # goes on
    before, after = (load_file(one / "model.safetensors") for one in (plan.start, plan.out) if one)
    learned = load_file(plan.out / larger.ADAPTER)
    assert before.keys() < after.keys() and all("embeddings" not in name for name in learned)
    assert {"qa_outputs.weight", "span_head.start.weight"} < learned.keys()
    made = merged({name: one.float() for name, one in before.items()}, learned)
    for name, one in after.items():
        assert torch.allclose(one, made[name], atol=2e-3)
        assert (
            name in learned
            or name not in before
            or torch.equal(one, before[name]) == (name.replace("weight", "down") not in learned)
        )
    export(plan.out, out)
    exported = load_file(out / larger.ADAPTER)
    assert all(torch.equal(exported.pop(name), one) for name, one in learned.items())
    assert "reach.encoder.layer.0.output.dense" in exported
    assert "matrices of rank 2" in (out / "README.md").read_text()
    assert not (out / "model.safetensors").exists() and not (out / "reader.json").exists()
    with pytest.raises(RunError, match="holds no reader"):
        export(plan.out, out, [(tmp_path, 0.5)])
    assert plan.start
    monkeypatch.setattr(larger, "_weights", (plan.start / "model.safetensors").read_bytes)
    monkeypatch.setattr(larger, "FOLDER", plan.start)
    more = replace(adapted, start=out, out=tmp_path / "more", steps=1, rate=0.0)
    train(more)  # goes on from the adapter alone
    again = load_file(more.out / larger.ADAPTER)
    assert all(torch.equal(again[name], one) for name, one in learned.items())
    other = tmp_path / "other"
    train(replace(adapted, steps=2, seed=2, out=other))
    export(other, tmp_path / "mean", [(out, 0.25)])
    assert "75% the run's, 25% those of adapter" in (tmp_path / "mean" / "README.md").read_text()
    second, mean = (load_file(tmp_path / one / larger.ADAPTER) for one in ("other", "mean"))
    for name, one in learned.items():
        expected = 0.75 * second[name].float() + 0.25 * one.float()
        assert torch.allclose(expected, mean[name].float(), atol=1e-3)
    assert "How the one it started from was made" in export_card(more.out, tmp_path / "card")
    with pytest.raises(ModelError, match="of another rank"):
        train(replace(more, adapter=3, out=tmp_path / "third"))
    (plan.out / larger.ADAPTER).write_bytes(b"{}")
    with pytest.raises(RunError, match="is damaged"):
        export(plan.out, out)


def test_layers_with_outliers_keep_their_outputs_in_int8() -> None:
    torch.manual_seed(4)
    layer = torch.nn.Sequential(torch.nn.Linear(64, 32))
    inputs = torch.randn(40, 64)
    inputs[:, 5] *= 60  # one channel far larger than the others
    before = layer(inputs)
    found = reach(layer, lambda: [layer(inputs[:20]), layer(inputs[20:])])
    assert torch.equal(found["0"], inputs.abs().amax(0))
    naive, smooth = copy.deepcopy(layer), copy.deepcopy(layer)
    with torch.inference_mode():
        quantise(smooth, found)
        quantise(naive, {"0": torch.ones(64)})
        far, near = ((one(inputs) - before).abs().mean() for one in (naive, smooth))
    assert near < 0.05 and near < far / 2


def test_an_adapted_layer_is_the_merged_one() -> None:
    torch.manual_seed(3)
    model: Any = Bert(
        BertConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
    ).eval()
    plain = {name: one.clone() for name, one in model.state_dict().items()}
    inputs = {"input_ids": torch.arange(5, 25)[None]}
    before = model(**inputs).start_logits
    adapt(model, 3, freeze=1)
    assert torch.equal(model(**inputs).start_logits, before)
    found = learned(model)
    for name, one in found.items():
        if name.endswith(".up"):
            torch.nn.init.normal_(one)
    assert not any(name.startswith("bert.encoder.layer.0.") for name in found)
    changed = model(**inputs).start_logits
    again: Any = Bert(model.config).eval()
    again.load_state_dict(merged(plain, found), strict=False)
    assert not torch.allclose(changed, before, atol=1e-2)
    assert torch.allclose(again(**inputs).start_logits, changed, atol=1e-5)


def test_a_teacher_of_another_family_is_followed(plan: Plan, tmp_path: Path) -> None:
    """Its numbers and separators differ; its logits come to stand at the taught one's tokens."""
    teacher, taught = tmp_path / "teacher", tmp_path / "taught"
    kept = roberta_tokenizer()
    torch.manual_seed(2)
    model = roberta(len(kept)).eval()
    model.save_pretrained(teacher)
    kept.save_pretrained(teacher)
    ids = {piece: i for i, piece in enumerate(sorted(kept.get_vocab()))}
    raw = Tokenizer(WordLevel(ids, "<unk>"))
    raw.pre_tokenizer = Whitespace()
    question, context = "Where does fox 3 live", "fox number 3 in house 3"
    row = [ids["<s>"], *raw.encode(question).ids, ids["</s>"], *raw.encode(context).ids]
    one = Feature(0, [*row, ids["</s>"]], len(raw.encode(question).ids) + 2, 0, 0)
    frame = Frame(ids["<s>"], (ids["</s>"],), ids["</s>"], ids["<pad>"], typed=True)
    shut = targets([one])[2]
    logits = Teacher(teacher, raw, frame, torch.device("cpu")).logits([one], shut)
    with torch.inference_mode():
        direct = model(**kept(question, context, return_tensors="pt"))
    for ours, theirs in zip(logits, (direct.start_logits, direct.end_logits), strict=True):
        assert bool((ours[shut] == -1e4).all())
        assert torch.allclose(
            ours[0, one.context_from :], theirs[0, one.context_from + 1 :], atol=0.02
        )
    with pytest.raises(ModelError, match="not a folder with a reader"):
        Teacher(tmp_path / "nothing", raw, frame, torch.device("cpu"))
    with pytest.raises(ModelError, match="other word pieces"):
        train(replace(plan, out=taught, teacher=teacher))


def test_a_teacher_is_learned_from(plan: Plan, tmp_path: Path) -> None:
    alone = replace(plan, out=tmp_path / "alone", steps=2, save_every=2, rate=1e-2)
    led = replace(alone, out=tmp_path / "led", teacher=Path(str(files("qa") / "weights")))
    train(alone)
    train(led)
    weights = [
        AutoModelForQuestionAnswering.from_pretrained(one.out).state_dict()["qa_outputs.weight"]
        for one in (alone, led)
    ]
    assert not torch.equal(*weights)
    export(led.out, tmp_path / "reader")
    assert "learning the logits of a larger reader" in (tmp_path / "reader/README.md").read_text()
    logits = [torch.tensor([[0.0, 3.0, 1.0]])] * 2
    assert soft_loss(torch.tensor(2.0), logits, logits) == pytest.approx(0.6)
    assert soft_loss(torch.tensor(2.0), logits, [-one for one in logits]) > 1


def roberta(words: int) -> RobertaForQuestionAnswering:
    return RobertaForQuestionAnswering(
        RobertaConfig(
            vocab_size=words,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
        )
    )


def roberta_tokenizer() -> PreTrainedTokenizerFast:
    words = ["<s>", "<pad>", "</s>", "<unk>", *map(str, range(24))]
    words += ["Fox", "fox", "number", "lives", "live", "in", "house", "Where", "does"]
    raw = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, "<unk>"))
    raw.pre_tokenizer = Whitespace()
    raw.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
    return PreTrainedTokenizerFast(
        tokenizer_object=raw,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )


def test_the_rate_warms_up_holds_and_falls_to_zero(plan: Plan) -> None:
    long = replace(plan, steps=1000, decay=0.3, rate=1.0)
    rates = [learning_rate(long, step) for step in range(1001)]
    assert rates[0] == 0.01 and rates[99] == rates[700] == 1.0 and rates[1000] == 0.0
    assert rates == sorted(rates[:100]) + sorted(rates[100:], reverse=True)


def test_a_swapped_question_is_another_one() -> None:
    import random

    context = "Ann met Bob Stone in Rome in 1990, before the war."
    question = "When did Ann meet Bob Stone, before or after 1990?"
    made = {swapped(question, context, random.Random(seed)) for seed in range(20)}
    assert None not in made and question not in made and len(made) > 1
    assert swapped("Why so?", "It rains.", random.Random(0)) is None


def test_a_question_has_as_many_other_passages_as_asked_for() -> None:
    asked = [
        ReadingExample(str(i), "t", f"Passage {i} names a{i}.", f"Who is named in {i}?", (gold,))
        for i, gold in enumerate(Gold(f"a{i}", 16) for i in range(4))
    ]
    nothing = {"swaps": 0.0, "cuts": 0.0, "seed": 1}
    for negatives, made in ((0.0, [0, 0, 0, 0]), (2.0, [2, 2, 2, 2]), (2.5, [2, 2, 3, 3])):
        examples = epoch([asked], [1.0], negatives=negatives, **nothing)
        others: dict[int, set[str]] = {one.group: set() for one in examples}
        for one in examples:
            if one.answer is None:
                assert f"a{one.group}" not in one.context
                others[one.group].add(one.context)
        assert sorted(map(len, others.values())) == made


def test_hard_negatives_do_not_depend_on_the_hash_seed() -> None:
    """Five contexts differ only in the order in which their words' shares are added up."""
    code = """if True:
        import random
        from qa.squad import Gold, ReadingExample
        from qa.training.examples import PassagesByTitle

        words = [[f"{name}{i}" for i in range(30)] for name in "abcde"]
        texts = [" ".join(f"{word} " * i for i, word in enumerate(each, 1)) for each in words]
        asked = ReadingExample("1", "t", "", " ".join(sum(words, [])), (Gold("x", 0),))
        passages = PassagesByTitle(ReadingExample("2", "t", text, "", ()) for text in texts)
        print([passages.hard_negatives(asked, 2, random.Random(seed)) for seed in range(5)])
    """
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "012"
    }
    assert len(made) == 1


def test_a_context_loses_the_sentence_that_answers() -> None:
    context = "Ann met Bob in Rome. It was 1990. They left Rome by train."
    assert without_answer(context, Gold("1990", context.index("1990"))) == (
        "Ann met Bob in Rome. They left Rome by train."
    )
    assert without_answer(context, Gold("Rome", context.index("Rome"))) is None  # there twice
    assert without_answer("It was 1990.", Gold("1990", 7)) is None  # nothing would be left


def test_the_thresholds() -> None:
    some = [Record(float(score), 1.0, 0.0, False) for score in range(10)]
    # Six of ten are abstained from: those that score 0 to 5.
    assert -6.0 < honest_threshold([some]) < -5.0 + 1e-9
    assert honest_threshold([some, [Record(9.0, 1.0, 1.0, True)]]) == honest_threshold([some])
    harder = [replace(one, score=one.score + 3) for one in some]
    # Each set counts the same: seven of the one and five of the other are abstained from.
    assert honest_threshold([some, harder]) == pytest.approx(honest_threshold([some, harder * 2]))
    assert honest_threshold([some, harder]) == pytest.approx(-7.0, abs=1e-3)
    elsewhere = [replace(one, score=one.score - 9, elsewhere=True) for one in some]
    assert honest_threshold([some, elsewhere]) == honest_threshold([some])
    assert honest_threshold([elsewhere]) == pytest.approx(honest_threshold([some]) + 9)
    with pytest.raises(FormatError, match="no question that its story doesn't answer"):
        honest_threshold([[Record(9.0, 1.0, 1.0, True)]])
    # Down to 9.0 a third is answered and all else abstained from, down to 3.0 two thirds of both.
    records = [Record(score, 1.0, 1.0, True) for score in (9.0, 3.0, 1.0)]
    records += [Record(score, 1.0, 0.0, False) for score in (6.0, 2.0, 0.0)]
    assert -3.0 < best_threshold(records) < -2.9
    assert best_threshold(records[:3]) == pytest.approx(-1.0, abs=1e-3)  # answers all
    assert best_threshold(records[3:]) < -6.0  # answers none


def test_a_run_is_exported_ready_to_read(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "reader"
    with pytest.raises(RunError, match="no run that came"):
        export(plan.out, out)
    assert plan.start
    (plan.start / "README.md").write_text("# Before\nMade by hand.\nThe data's share-alike.\n")
    train(replace(plan, steps=2))
    export(plan.out, out)
    text = "Fox number 3 lives in house 3."
    assert load_reader(out).read("Where does fox number 3 live?", text, [(0, len(text))])
    card = (out / "README.md").read_text()
    assert "(2 of 2 steps of 4" in card and "100% the run's." in card and "> Made by hand." in card
    assert (out / "model.safetensors").stat().st_mode & 0o444 == 0o444
    stored = json.loads((out / "reader.json").read_text())
    assert stored["made"]["steps"] == 2 and stored["made"]["mean"] == []


def test_a_run_is_exported_as_the_mean_with_other_readers(plan: Plan, tmp_path: Path) -> None:
    out, other = tmp_path / "reader", tmp_path / "other"
    train(replace(plan, steps=2))
    train(replace(plan, steps=2, seed=2, out=other))
    assert plan.start
    export(plan.out, out, [(plan.start, 0.5), (other, 0.3)])
    assert (
        "20% the run's, 50% those of start, 30% those of other." in (out / "README.md").read_text()
    )
    made = json.loads((out / "reader.json").read_text())["made"]
    assert made["mean"] == [["start", 0.5], ["other", 0.3]]
    start, second, run, mean = (
        load_file(folder / "model.safetensors") for folder in (plan.start, other, plan.out, out)
    )
    for name, one in mean.items():
        ours = run[name]  # the start has no span head to mix with it
        expected = 0.2 * ours + 0.5 * start.get(name, ours) + 0.3 * second[name]
        assert torch.allclose(expected, one.float(), atol=1e-3)
    with pytest.raises(RunError, match=r"weights come to 1\.5"):
        export(plan.out, out, [(plan.start, 0.75), (other, 0.75)])
    whole = (other / "model.safetensors").read_bytes()
    (other / "model.safetensors").write_bytes(whole[:1000])
    with pytest.raises(RunError, match="no reader, or a damaged one"):
        export(plan.out, out, [(other, 0.5)])
    Bert.from_pretrained(plan.start).bert.save_pretrained(other)  # an encoder answers nothing
    with pytest.raises(RunError, match="of another shape"):
        export(plan.out, out, [(other, 0.5)])


def test_a_damaged_run_is_not_exported(plan: Plan, tmp_path: Path) -> None:
    train(replace(plan, steps=2))
    weights = plan.out / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(RunError, match="are damaged"):
        export(plan.out, tmp_path / "reader")


def test_a_start_that_is_no_encoder_is_refused(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a folder with an encoder"):
        train(replace(plan, start=tmp_path / "nothing"))
    assert plan.start
    weights = plan.start / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="not a folder with an encoder"):
        train(plan)
    weights.unlink()
    with pytest.raises(ModelError, match="not a folder with an encoder"):
        train(plan)


def test_calibrating_fits_the_part_that_the_sets_are_for(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(str(files("qa") / "weights"), folder)
    before = load_calibration(folder)
    rows = [
        {
            "id": str(i),
            "title": "",
            "context": f"Ann lives in Oslo. Bob has {i + 3} cats.",
            "question": "Where does Ann live?" if i % 2 else "Where does Eve work?",
            "answers": [{"text": "Oslo", "start": 13}] if i % 2 else [],
        }
        for i in range(8)
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    (folder / "reader.json").unlink()  # a reader from elsewhere has none
    calibrate(folder, [path])
    assert load_calibration(folder).story == UNCALIBRATED.story
    (folder / "reader.json").write_text("{")
    calibrate(folder, [path])
    assert load_calibration(folder).story == UNCALIBRATED.story
    shutil.copy(str(files("qa") / "weights" / "reader.json"), folder)
    fitted = calibrate(folder, [path])
    assert fitted == load_calibration(folder)
    assert fitted.story == before.story and fitted.reading != before.reading


def test_story_sets_that_nothing_can_be_fitted_on_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(str(files("qa") / "weights"), folder)
    before = (folder / "reader.json").read_text()
    path = tmp_path / "set.jsonl"
    asked = {"id": "1", "question": "Where does Ann live?", "answers": ["Oslo"]}
    story = {"title": "Ann", "text": "Ann lives in Oslo. Bob has three cats."}
    unasked = [asked | {"split": "test"}, asked | {"history": ["Who?"]}, asked | {"question": "?"}]
    path.write_text(json.dumps(story | {"questions": unasked}))
    with pytest.raises(FormatError, match=r"set.jsonl has no question in it to calibrate on"):
        calibrate(folder, [path])
    path.write_text(json.dumps(story | {"questions": [asked, asked | {"question": "???"}]}))
    with pytest.raises(FormatError, match="no question that its story doesn't answer"):
        calibrate(folder, [path])
    for wrong in (
        {"text": 5, "questions": [asked]},
        {"questions": ["Who?"]},
        {"questions": 5},
        {"questions": [asked | {"question": 5}]},
        {"questions": [asked | {"answers": "Oslo"}]},
        {"questions": [asked | {"answers": [5]}]},
    ):
        path.write_text(json.dumps(story | wrong))
        with pytest.raises(FormatError, match="not a story set"):
            calibrate(folder, [path])
    assert (folder / "reader.json").read_text() == before
    with pytest.raises(ModelError, match="not a folder with a model"):
        calibrate(tmp_path / "mistyped", [path])
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("name", ["written", "documents"])
def test_the_written_questions_answers_stand_in_their_contexts(name: str) -> None:
    examples = load_reading_set(Path(loop.__file__).with_name(f"{name}.jsonl.gz"))
    assert all(
        one.context.startswith(gold.text, gold.start) and gold.text.strip() == gold.text != ""
        for one in examples
        for gold in one.answers
    )
    assert 0.3 < sum(not one.answers for one in examples) / len(examples) < 0.6

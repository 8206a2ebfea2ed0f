"""What a model card says of each task: what such a model is, how to use it, and where its limits are."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TaskWords:
    """The words of one task, in English and Chinese."""

    what: str
    """What the model is, beginning a sentence."""
    does: str
    """What it does, one sentence; {context} stands for the longest input."""
    tag: str
    """The hub's word for it (pipeline_tag)."""
    use: str
    """Commands and code, as Markdown."""
    limits: str
    what_zh: str
    does_zh: str
    use_zh: str
    limits_zh: str
    readers_zh: str = ""
    """Which other programs read it."""


_PAIR_LIMITS = (
    "It was trained on the pairs named above and is good on inputs like them. Names, numbers and rare words may come "
    "out wrong while the sentence reads well; check what matters. Scores beside the baselines say what it learned."
)
_PAIR_LIMITS_ZH = "它只擅长与训练数据相似的输入；人名、数字和少见的词可能译错而句子依然通顺，重要内容请核对。"
_PAIR_CODE = """```python
from transformers import MarianMTModel, MarianTokenizer  # for runs of the model `transformer`

tokenizer = MarianTokenizer.from_pretrained("RUN")
model = MarianMTModel.from_pretrained("RUN")
batch = tokenizer(["a sentence"], return_tensors="pt")
print(tokenizer.batch_decode(model.generate(**batch), skip_special_tokens=True))
```"""
_FIGURES_LIMITS = (
    "It knows only inputs like its training data; on others it answers as surely and is wrong. Scores beside the "
    "baselines say what it learned. It is not fit to decide about people."
)
_FIGURES_LIMITS_ZH = "它只认识与训练数据相似的输入，对其他输入也会同样肯定地给出错误答案，不能用来对人作决定。"

WORDS = {
    "language_modeling": TaskWords(
        what="A language model",
        does="It reads up to {context} tokens and continues them.",
        tag="text-generation",
        use='`clearhead generate RUN "Once upon a time"`',
        limits="It continues text in the manner of what it was trained on, and knows nothing else. It states false "
        "things as readily as true ones, repeats what its data holds (also what was private or hurtful), and is "
        "not fit to decide about people. Scores beside the baselines say what it learned; read some of its output "
        "before using it.",
        what_zh="语言模型",
        does_zh="它最多读 {context}个词元，然后接着往下写。",
        use_zh='`clearhead generate RUN "从前"` 续写，`clearhead look RUN "从前"` 查看模型内部的每一个数字',
        limits_zh="它只会模仿训练数据的写法，会把错误的话说得和正确的一样流畅，"
        "也可能重复数据中的隐私或冒犯内容，不能用来对人作决定。",
        readers_zh="可以直接用 transformers、vLLM、CTranslate2 读取。",
    ),
    "translation": TaskWords(
        what="A translator",
        does="It reads up to {context} tokens of one language and writes the other.",
        tag="translation",
        use=f'```\nclearhead predict RUN "a sentence"\nclearhead predict RUN --file sentences.txt\n```\n\n{_PAIR_CODE}',
        limits=_PAIR_LIMITS,
        what_zh="翻译模型",
        does_zh="它最多读 {context}个一种语言的词元，写出另一种语言。",
        use_zh='`clearhead predict RUN "一句话"` 翻译一句话，`clearhead predict RUN --file 文件` 逐行翻译文件',
        limits_zh=_PAIR_LIMITS_ZH,
    ),
    "summarization": TaskWords(
        what="A summariser",
        does="It reads up to {context} tokens and writes their summary.",
        tag="summarization",
        use=f'```\nclearhead predict RUN "a long text"\n```\n\n{_PAIR_CODE}',
        limits=_PAIR_LIMITS,
        what_zh="摘要模型",
        does_zh="它最多读 {context}个词元，写出摘要。",
        use_zh='`clearhead predict RUN "一段长文"` 写出摘要',
        limits_zh=_PAIR_LIMITS_ZH,
    ),
    "classification": TaskWords(
        what="A classifier",
        does="It gives each input a probability for every label.",
        tag="other",
        use="```\nclearhead predict RUN --file new.csv\n```",
        limits=_FIGURES_LIMITS,
        what_zh="分类模型",
        does_zh="它给出每个输入属于各个标签的概率。",
        use_zh="`clearhead predict RUN --file 新数据.csv` 给出每个输入的标签和概率",
        limits_zh=_FIGURES_LIMITS_ZH,
    ),
    "tagging": TaskWords(
        what="A tagger",
        does="It gives each word of a sentence a tag, and finds where names begin and end.",
        tag="token-classification",
        use='```\nclearhead predict RUN "a sentence"\nclearhead predict RUN --file sentences.txt --json\n```',
        limits="It knows only sentences like its training data and the kinds of names that were marked there; words it "
        "never saw are tagged by their letters and neighbours, and more often wrong. Scores beside the baselines say "
        "what it learned. It is not fit to decide about people.",
        what_zh="序列标注模型",
        does_zh="它给句子里的每个词一个标签，并找出名称从哪里开始、到哪里结束。",
        use_zh='`clearhead predict RUN "一句话"` 标出实体或词性，`clearhead predict RUN --file 文件` 逐行处理文件',
        limits_zh="它只认识与训练数据相似的句子和其中标注过的类别；"
        "没见过的词靠字母和上下文猜测，更容易出错，不能用来对人作决定。",
    ),
    "regression": TaskWords(
        what="A regression model",
        does="It predicts a number for each row.",
        tag="tabular-regression",
        use="```\nclearhead predict RUN --file new.csv\n```",
        limits=_FIGURES_LIMITS,
        what_zh="回归模型",
        does_zh="它为每一行预测一个数。",
        use_zh="`clearhead predict RUN --file 新数据.csv` 预测每一行的数值",
        limits_zh=_FIGURES_LIMITS_ZH,
    ),
    "word_vectors": TaskWords(
        what="Word vectors",
        does="Every word of its vocabulary is a point; words used alike lie close together.",
        tag="feature-extraction",
        use="```\nclearhead words RUN near king\nclearhead words RUN analogy man king woman\n```",
        limits="The vectors repeat what the texts say, prejudices included. Words that were rare have poor vectors.",
        what_zh="词向量",
        does_zh="词表里的每个词是一个点；用法相近的词靠得近。",
        use_zh="`clearhead words RUN near 词` 查看最近的词，`clearhead words RUN analogy 词 词 词` 做类比",
        limits_zh="词向量重复文本中的说法，包括其中的偏见；少见的词向量质量较差。",
    ),
}


def words_for(task: str) -> TaskWords:
    """Return the words of a task; one that has none yet is described as a language model's neighbour would be."""
    return WORDS.get(task) or WORDS["classification"]

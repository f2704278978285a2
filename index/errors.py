"""The one base of every error a user can cause."""


class StorychatError(Exception):
    """What went wrong, for people: a short title and one clear sentence."""

    title = "Something went wrong"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DocumentError(StorychatError):
    """A document that cannot be read or has nothing to read in it."""

    title = "Can't read the story"


class QuestionError(StorychatError):
    """A question that cannot be asked."""

    title = "Can't ask that"


class ModelError(StorychatError):
    """A model folder that is missing, damaged or not what it should be."""

    title = "Can't load the model"

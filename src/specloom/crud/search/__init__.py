"""The index of search, the texts it is made of, and the ranking."""

from specloom.crud.search.index import IndexCrud, NewChunk
from specloom.crud.search.ranking import DenseQuery, Ranked, RankingCrud
from specloom.crud.search.sources import Place, Quoted, Source, SourceCrud

__all__ = ["DenseQuery", "IndexCrud", "NewChunk", "Place", "Quoted", "Ranked", "RankingCrud", "Source", "SourceCrud"]

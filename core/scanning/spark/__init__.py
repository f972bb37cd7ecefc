"""A scan's sieve and its diagnosis on Spark, on a cluster of the user's own.

What Spark does is what only an engine beyond one machine can do: bring together what lies apart (`statements`). What a
record is, whether a pair is healthy, what is wrong with a case: these are the functions of a scan, unchanged, which
Spark calls with batches of Arrow (`over_arrow`). So an executor needs Orderlens in its Python.

sieves      SparkSieves: as the settings name them; whether the cluster finds the export
sieve       SparkSieve: who is healthy beyond doubt, by the three methods of `core.rest.sieve.Sieve`
diagnosis   cases examined on the cluster
over_arrow  a scan's own functions, as Spark calls them
statements  the SQL
daemon      Spark's Python daemon with Orderlens loaded in it
lying       where Stripe's objects lie: an export, or tables of whole JSON
session     a running session, or one by Spark Connect
alike       no function of ours runs there beside another Orderlens
examining   what doctor says of the cluster
"""

from core.scanning.spark.diagnosis import examined
from core.scanning.spark.lying import export_in, tables_of
from core.scanning.spark.session import connected
from core.scanning.spark.sieve import SparkSieve
from core.scanning.spark.sieves import SparkSieves

__all__ = ["SparkSieve", "SparkSieves", "connected", "examined", "export_in", "tables_of"]

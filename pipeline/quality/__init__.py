"""The value checks of a delivery: Great Expectations, run inside DuckDB on the conformed copy.

Nothing here decides: `pipeline.acceptation` does. Great Expectations is never let to phone home.
"""

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"

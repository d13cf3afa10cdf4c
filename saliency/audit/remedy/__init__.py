"""From a finding to its remedy: pictures that would help, and a rehearsal of whether they do."""

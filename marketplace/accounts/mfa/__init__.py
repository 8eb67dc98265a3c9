"""The second factor: codes of an app on the phone, and recovery codes on paper."""

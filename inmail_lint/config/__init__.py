"""A team's own settings: found beside the drafts, checked key by key, and every value knows where it comes from."""

from inmail_lint.config.settings import Settings, SettingsFinder

__all__ = ["Settings", "SettingsFinder"]

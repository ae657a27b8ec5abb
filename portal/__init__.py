"""Renkei (連携)."""

import flask


def create_app(settings=None) -> flask.Flask:
    """The application; refuses to start while a door names no action."""
    import portal.models.all  # noqa: F401
    from config import ROOT, Settings
    from portal import db
    from portal.access import doors, law, scope
    from portal.cli import commands
    from portal.web import site

    settings = settings or Settings()
    app = flask.Flask(
        "portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.from_mapping(settings.flask())
    scope.stand_still(settings.demo_now)
    db.attach(app, settings)
    site.attach(app)
    commands.attach(app)
    doors.check_doors(app)
    law.check_tables(db.db.metadata.tables)
    return app

"""Where files are kept for good: a folder, or a bucket of Cloud Storage."""

from typing import TYPE_CHECKING

from dubwright.settings import Settings

if TYPE_CHECKING:
    from dubwright.ports.object_store import ObjectStore
    from dubwright.storage.links import DownloadLinks
    from dubwright.storage.local import LocalObjectStore


def build_store(settings: Settings) -> "ObjectStore":
    """Where files are kept for good.

    Raises `InputError` or `StorageError` for a bucket that cannot be used as it is set.
    """
    return _google_store(settings) if settings.storage.kind == "google" else _local_store(settings)


def _google_store(settings: Settings) -> "ObjectStore":
    from dubwright.storage.cdn import CdnLinks, cdn_key
    from dubwright.storage.google import GoogleObjectStore, Patience
    from dubwright.storage.google_client import (
        BucketLinks,
        BucketPlace,
        google_credentials,
        open_bucket,
        signer_for,
    )

    chosen, cdn = settings.storage, settings.storage.cdn
    place = BucketPlace(
        bucket=chosen.bucket or "",
        endpoint=chosen.endpoint,
        credentials_file=chosen.credentials_file,
        signing_account=chosen.signing_account,
        signing_endpoint=chosen.signing_endpoint,
    )
    credentials = google_credentials(place)
    bucket = open_bucket(place, credentials)
    links: DownloadLinks
    if cdn.base_url is None or cdn.key_name is None or cdn.key is None:
        links = BucketLinks(bucket, signer_for(place, credentials), place.endpoint)
    else:
        key = cdn_key(cdn.key.get_secret_value())
        links = CdnLinks(cdn.base_url, key_name=cdn.key_name, key=key)
    patience = Patience(silence_s=chosen.silence_s, deadline_s=chosen.deadline_s)
    return GoogleObjectStore(bucket, links, prefix=chosen.prefix, patience=patience)


def _local_store(settings: Settings) -> "LocalObjectStore":
    from dubwright.storage.local import LocalObjectStore
    from dubwright.storage.secret import load_or_create_secret
    from dubwright.storage.signing import UrlSigner

    folder = settings.data_folder.resolve()
    signer = UrlSigner(load_or_create_secret(folder / "secret"))
    return LocalObjectStore(folder / "objects", signer)

"""`google.cloud.location.Locations`: where the recognisers are, and what each can do."""

from dataclasses import dataclass

from google.cloud.location import locations_pb2
from google.cloud.speech_v2.types import locations_metadata as described

from dubwright.domain.language import base_language
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.speech_models import LOCATIONS, MODELS, SpeechModel
from dubwright.testing.google.tags import locales
from dubwright.testing.google.wire import Call, Method, Service


@dataclass(frozen=True, slots=True)
class Locations:
    """The service. The languages are those of the engine."""

    engines: Engines

    def service(self) -> Service:
        """The methods."""
        lp = locations_pb2
        return Service(
            "google.cloud.location.Locations",
            (
                Method(
                    "Locations/ListLocations",
                    lp.ListLocationsRequest,
                    lp.ListLocationsResponse,
                    self._list,
                ),
                Method("Locations/GetLocation", lp.GetLocationRequest, lp.Location, self._get),
            ),
        )

    def _list(
        self, request: locations_pb2.ListLocationsRequest, call: Call
    ) -> locations_pb2.ListLocationsResponse:
        return locations_pb2.ListLocationsResponse(
            locations=[self._described(request.name, location) for location in LOCATIONS]
        )

    def _get(self, request: locations_pb2.GetLocationRequest, call: Call) -> locations_pb2.Location:
        project, _, location = request.name.rpartition("/locations/")
        return self._described(project, location)

    def _described(self, project: str, location: str) -> locations_pb2.Location:
        present = [model for model in MODELS.values() if location in model.locations]
        known = {base_language(tag) for tag in self.engines.speech_to_text.languages()}
        models = described.ModelMetadata(
            model_features={model.name: _features(model) for model in present}
        )
        languages = {code: models for base in sorted(known) for code in locales(base)}
        made = locations_pb2.Location(name=f"{project}/locations/{location}", location_id=location)
        made.metadata.Pack(
            described.LocationsMetadata.pb(
                described.LocationsMetadata(languages=described.LanguageMetadata(models=languages))
            )
        )
        return made


def _features(model: SpeechModel) -> described.ModelFeatures:
    return described.ModelFeatures(
        model_feature=[
            described.ModelFeature(feature=feature, release_state="GA")
            for feature in sorted(model.features)
        ]
    )

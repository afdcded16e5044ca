package io.weathervane.resource.builtin;

import io.weathervane.incident.ShippedRunbook;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import java.util.List;
import java.util.Optional;

/** The runbook itself. */
final class RunbookResource implements ResourceFamily {
    private static final String TYPE = "text/markdown";

    @Override
    public List<ResourceDefinition> list() {
        return List.of(ResourceDefinition.of(
                ResourceUris.RUNBOOK,
                "runbook",
                "Runbook",
                "What the server does by itself, and what people do: rollback, kill switch, incidents, checklists.",
                TYPE));
    }

    @Override
    public Optional<ResourceContents> read(String uri) {
        return Optional.of(uri)
                .filter(ResourceUris.RUNBOOK::equals)
                .map(same ->
                        ResourceContents.text(uri, TYPE, ShippedRunbook.load().markdown()));
    }
}

package io.weathervane.conformance;

import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.Caller;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resources that the public conformance suite reads by name. */
final class FixtureResources implements ResourceSource {
    private static final String TEXT = "test://static-text";
    private static final String BINARY = "test://static-binary";
    private static final String WATCHED = "test://watched-resource";
    private static final Pattern TEMPLATE = Pattern.compile("test://template/([A-Za-z0-9-]{1,64})/data");

    @Override
    public List<ResourceDefinition> list(Caller caller) {
        return List.of(
                ResourceDefinition.of(TEXT, "static-text", "Static text", "A text.", "text/plain"),
                ResourceDefinition.of(BINARY, "static-binary", "Static binary", "A PNG of one pixel.", "image/png"),
                ResourceDefinition.of(WATCHED, "watched-resource", "Watched", "One to subscribe to.", "text/plain"));
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller) {
        return List.of(ResourceTemplate.of(
                "test://template/{id}/data", "template", "By id", "What belongs to an id.", "application/json"));
    }

    @Override
    public Optional<ResourceContents> read(String uri, Caller caller) {
        return switch (uri) {
            case TEXT ->
                Optional.of(
                        ResourceContents.text(uri, "text/plain", "This is the content of the static text resource."));
            case BINARY -> Optional.of(ResourceContents.binary(uri, "image/png", SampleContent.png()));
            case WATCHED -> Optional.of(ResourceContents.text(uri, "text/plain", "Watched resource content"));
            default -> fromTemplate(uri);
        };
    }

    private static Optional<ResourceContents> fromTemplate(String uri) {
        Matcher matcher = TEMPLATE.matcher(uri);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String id = matcher.group(1);
        return Optional.of(ResourceContents.text(
                uri,
                "application/json",
                "{\"id\":\"" + id + "\",\"templateTest\":true,\"data\":\"Data for ID: " + id + "\"}"));
    }
}

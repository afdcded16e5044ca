package io.weathervane.gateway.composite;

import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceTemplate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Index of the service that owns each resource URI: the first one that lists it. It is learned from the lists that
 * clients get, and bounded: beyond {@link #URIS_MAX} a URI counts as never listed.
 */
final class ResourceOwners {
    /** URIs that are remembered, of all services. */
    private static final int URIS_MAX = 20_000;

    private volatile Map<String, String> serviceByUri = Map.of();

    /** Takes the lists of all services that answered, in the order of the configuration; gives each entry as clients see it. */
    List<ResourceDefinition> listed(List<ServiceFanOut.Answered<List<ResourceDefinition>>> lists) {
        Map<String, String> owners = new LinkedHashMap<>();
        Map<String, ResourceDefinition> shown = new LinkedHashMap<>();
        for (ServiceFanOut.Answered<List<ResourceDefinition>> one : lists) {
            String service = one.service().name().value();
            for (ResourceDefinition resource : one.answer()) {
                String owner = owners.size() < URIS_MAX
                        ? owners.computeIfAbsent(resource.uri(), uri -> service)
                        : owners.getOrDefault(resource.uri(), service);
                ResourceDefinition entry = owner.equals(service) ? resource : qualified(service, resource);
                shown.putIfAbsent(entry.uri(), entry);
            }
        }
        serviceByUri = Map.copyOf(owners);
        return List.copyOf(shown.values());
    }

    private static ResourceDefinition qualified(String service, ResourceDefinition resource) {
        String uri = new QualifiedResourceUri(service, resource.uri()).shown();
        return new ResourceDefinition(uri, resource.json().deepCopy().put("uri", uri));
    }

    /** The templates of all services; one that a service before has as well is qualified, as a URI is. */
    static List<ResourceTemplate> templates(List<ServiceFanOut.Answered<List<ResourceTemplate>>> lists) {
        Map<String, String> owners = new HashMap<>();
        Map<String, ResourceTemplate> shown = new LinkedHashMap<>();
        for (ServiceFanOut.Answered<List<ResourceTemplate>> one : lists) {
            String service = one.service().name().value();
            for (ResourceTemplate template : one.answer()) {
                boolean own = owners.computeIfAbsent(template.uriTemplate(), any -> service)
                        .equals(service);
                ResourceTemplate entry = own ? template : qualified(service, template);
                shown.putIfAbsent(entry.uriTemplate(), entry);
            }
        }
        return List.copyOf(shown.values());
    }

    private static ResourceTemplate qualified(String service, ResourceTemplate template) {
        String uri = new QualifiedResourceUri(service, template.uriTemplate()).asTemplate();
        return new ResourceTemplate(uri, template.json().deepCopy().put("uriTemplate", uri));
    }

    /** The name of the service that lists the URI first; empty when none is known to. */
    Optional<String> of(String uri) {
        return Optional.ofNullable(serviceByUri.get(uri));
    }

    /** Whether nothing is known yet: no client has asked for the list. */
    boolean isUnknown() {
        return serviceByUri.isEmpty();
    }

    /** A service's URI in each form that clients may have of it: its own where no service before has it, and qualified. */
    List<String> shown(String service, String uri) {
        QualifiedResourceUri qualified = new QualifiedResourceUri(service, uri);
        boolean own = serviceByUri.getOrDefault(uri, service).equals(service);
        return own
                ? List.of(uri, qualified.shown(), qualified.asTemplate())
                : List.of(qualified.shown(), qualified.asTemplate());
    }
}

package io.weathervane.resource.builtin;

import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.incident.IncidentException;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.store.StoreException;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.OperationsScope;
import io.weathervane.tool.presentation.ServerStateJsonSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Everything there is to read, for each client that may look. */
public final class BuiltInResources implements ResourceSource {
    private final List<ResourceFamily> families;

    public BuiltInResources(ServerStateJsonSource state, EvidenceBundleReader evidenceBundles) {
        this.families =
                List.of(new StateResources(state), new RunbookResource(), new IncidentResources(evidenceBundles));
    }

    @Override
    public List<ResourceDefinition> list(Caller caller) {
        return readers(caller).stream()
                .flatMap(family -> told(family::list).stream())
                .toList();
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller) {
        return readers(caller).stream()
                .flatMap(family -> family.templates().stream())
                .toList();
    }

    @Override
    public Optional<ResourceContents> read(String uri, Caller caller) {
        return readers(caller).stream()
                .flatMap(family -> told(() -> family.read(uri)).stream())
                .findFirst();
    }

    private List<ResourceFamily> readers(Caller caller) {
        return caller.has(CallerRole.VIEWER) && caller.operations() != OperationsScope.NONE ? families : List.of();
    }

    /** Reports contents that cannot be read at the moment, in the words of the package that could not read them. */
    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (IncidentException e) {
            throw new JsonRpcException(ErrorCode.INTERNAL_ERROR, "Not readable: " + e.getMessage());
        } catch (StoreException e) {
            throw new JsonRpcException(
                    ErrorCode.INTERNAL_ERROR,
                    "Not readable: the database does not answer (" + e.kind() + "); weathervane://flags and the tool"
                            + " monitor_status do without it");
        }
    }
}

package io.weathervane.completion.builtin;

import io.weathervane.audit.AuditKind;
import io.weathervane.completion.Completer;
import io.weathervane.completion.CompletionRequest;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.incident.IncidentException;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.prompt.PromptArgument;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.resource.ResourceSource;
import io.weathervane.store.StoreException;
import io.weathervane.tool.CallerRole;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Completes flags and their values, promotions, incidents and their files, and kinds of audit events. */
public final class BuiltInCompleter implements Completer {
    /** Longest part of an unknown name that is said back. */
    private static final int NAME_LENGTH_MAX = 64;

    private final PromptRegistry prompts;
    private final ResourceSource resources;
    private final Supplier<FlagCatalog> flags;
    private final EvidenceBundleReader evidenceBundles;
    private final Supplier<List<String>> promotions;

    /** @param promotions the ids of the newest, newest first */
    public BuiltInCompleter(
            PromptRegistry prompts,
            ResourceSource resources,
            Supplier<FlagCatalog> flags,
            EvidenceBundleReader evidenceBundles,
            Supplier<List<String>> promotions) {
        this.prompts = prompts;
        this.resources = resources;
        this.flags = flags;
        this.evidenceBundles = evidenceBundles;
        this.promotions = promotions;
    }

    @Override
    public List<String> complete(CompletionRequest request) {
        boolean exists = switch (request.kind()) {
            case PROMPT -> hasArgument(request);
            case RESOURCE -> hasVariable(request);
        };
        if (!exists || !request.caller().has(CallerRole.VIEWER)) {
            return List.of();
        }
        try {
            return CompletionRanking.of(request.typed(), values(request));
        } catch (StoreException | IncidentException e) {
            // What cannot be read at the moment cannot be suggested.
            return List.of();
        }
    }

    @Override
    public boolean knows(CompletionRequest request) {
        return switch (request.kind()) {
            case PROMPT -> prompts.has(request.target());
            case RESOURCE -> isListed(request);
        };
    }

    private boolean hasArgument(CompletionRequest request) {
        return prompts.find(request.target(), request.caller()).definition().arguments().stream()
                .map(PromptArgument::name)
                .anyMatch(request.argument()::equals);
    }

    /** Of a template; a resource that is one by itself has nothing to complete. */
    private boolean hasVariable(CompletionRequest request) {
        String target = request.target();
        if (!isListed(request) && request.caller().has(CallerRole.VIEWER)) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_PARAMS,
                    "Invalid params: unknown resource template: " + shortened(target)
                            + "; resources/templates/list has them");
        }
        return isTemplate(request) && target.contains("{" + request.argument() + "}");
    }

    private boolean isListed(CompletionRequest request) {
        return isTemplate(request)
                || resources.list(request.caller()).stream()
                        .anyMatch(one -> one.uri().equals(request.target()));
    }

    private boolean isTemplate(CompletionRequest request) {
        return resources.templates(request.caller()).stream()
                .anyMatch(one -> one.uriTemplate().equals(request.target()));
    }

    private List<String> values(CompletionRequest request) {
        return switch (request.argument()) {
            case "flag" -> flags.get().all().stream().map(FlagDefinition::key).toList();
            case "value" ->
                flags.get()
                        .find(request.known().getOrDefault("flag", ""))
                        .map(FlagValueSuggestions::of)
                        .orElse(List.of());
            case "kind" ->
                Arrays.stream(AuditKind.values()).map(AuditKind::wireName).toList();
            case "promotion" -> promotions.get();
            case "incident" -> evidenceBundles.ids();
            case "file" -> evidenceBundles.files(request.known().getOrDefault("incident", ""));
            default -> List.of();
        };
    }

    private static String shortened(String text) {
        return text.length() <= NAME_LENGTH_MAX ? text : text.substring(0, NAME_LENGTH_MAX) + "...";
    }
}

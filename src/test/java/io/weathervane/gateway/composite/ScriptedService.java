package io.weathervane.gateway.composite;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.mcp.UpstreamListMetaSource;
import io.weathervane.mcp.UpstreamServices;
import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.prompt.PromptResult;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAnnotations;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.worker.ServiceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A service that offers what a test says, and answers with its own name. */
final class ScriptedService {
    private final ServiceName name;
    private final String prefix;
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final List<String> prompts = new ArrayList<>();
    private final Set<String> resources = new LinkedHashSet<>();
    private final List<String> templates = new ArrayList<>();
    private final Set<String> unlisted = new LinkedHashSet<>();
    private final Set<String> tasks = new LinkedHashSet<>();
    private final Set<String> methods = new LinkedHashSet<>();
    private final Set<String> watched = new LinkedHashSet<>();
    private Optional<String> missing = Optional.empty();
    private String instructions = "";
    private boolean failing;
    private boolean refusingSubscriptions;
    private volatile boolean asked;
    private volatile @Nullable CountDownLatch latch;
    private volatile @Nullable LogLevel level;

    ScriptedService(String name, String prefix) {
        this.name = new ServiceName(name);
        this.prefix = prefix;
    }

    UpstreamService asUpstream() {
        return new UpstreamService(name, prefix, new Tools(), new Prompts(), new Resources(), others());
    }

    ServiceName name() {
        return name;
    }

    void tool(String bare) {
        String shown = prefix + bare;
        ToolDefinition definition =
                new ToolDefinition(shown, new ToolAnnotations(true, false, true, false), object().put("name", shown));
        tools.put(shown, new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public ToolResult call(ToolCall call) {
                return ToolResult.of(name.value(), object());
            }
        });
    }

    void missing(String why) {
        missing = Optional.of(why);
    }

    ScriptedService prompt(String bare) {
        prompts.add(bare);
        return this;
    }

    ScriptedService resource(String uri) {
        resources.add(uri);
        return this;
    }

    void template(String uriTemplate) {
        templates.add(uriTemplate);
    }

    void hasUnlisted(String uri) {
        unlisted.add(uri);
    }

    /** As every service does: a resource that it does not have is an error. */
    void refusesUnlisted() {
        unlisted.clear();
    }

    void task(String shownId) {
        tasks.add(shownId);
    }

    void method(String method) {
        methods.add(method);
    }

    void instructions(String text) {
        instructions = text;
    }

    void fails() {
        failing = true;
    }

    void refusesSubscriptions() {
        refusingSubscriptions = true;
    }

    /** Answers a list once all who count the latch down have been asked. */
    void waitsFor(CountDownLatch all) {
        latch = all;
    }

    boolean isAsked() {
        return asked;
    }

    Set<String> watched() {
        return watched;
    }

    @Nullable
    LogLevel logLevel() {
        return level;
    }

    private void answers() {
        asked = true;
        CountDownLatch all = latch;
        if (all != null) {
            all.countDown();
            await(all);
        }
        if (failing) {
            throw new JsonRpcException(ErrorCode.INTERNAL_ERROR, name + " fails");
        }
    }

    private static void await(CountDownLatch all) {
        try {
            if (!all.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the others were not asked meanwhile");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private UpstreamServices others() {
        return new UpstreamServices(
                new Completions(),
                new Subscriptions(),
                new Instructions(),
                new Tasks(),
                new Methods(),
                UpstreamListMetaSource.none());
    }

    private final class Tools implements UpstreamToolSource {
        @Override
        public List<ToolDefinition> known() {
            return tools.values().stream().map(Tool::definition).toList();
        }

        @Override
        public List<ToolDefinition> list() {
            if (latch != null) {
                answers();
            }
            return tools.values().stream().map(Tool::definition).toList();
        }

        @Override
        public Optional<Tool> find(String shown) {
            return Optional.ofNullable(tools.get(shown));
        }

        @Override
        public boolean mayWait() {
            return latch != null;
        }

        @Override
        public Optional<String> missing(String shown) {
            return missing;
        }
    }

    private final class Prompts implements UpstreamPromptSource {
        @Override
        public List<ObjectNode> list(CallChannel channel) {
            answers();
            return prompts.stream().map(prompt -> object().put("name", prompt)).toList();
        }

        @Override
        public Optional<PromptResult> get(String bare, ObjectNode arguments, CallChannel channel) {
            return Optional.of(new PromptResult(object().put("from", name + "/" + bare)));
        }
    }

    private final class Resources implements ResourceSource {
        @Override
        public List<ResourceDefinition> list(Caller caller) {
            answers();
            return resources.stream()
                    .map(uri -> new ResourceDefinition(uri, object().put("uri", uri)))
                    .toList();
        }

        @Override
        public List<ResourceTemplate> templates(Caller caller) {
            return templates.stream()
                    .map(uri -> new ResourceTemplate(uri, object().put("uriTemplate", uri)))
                    .toList();
        }

        @Override
        public Optional<ResourceContents> read(String uri, Caller caller) {
            if (!resources.contains(uri) && !unlisted.contains(uri)) {
                throw new JsonRpcException(ErrorCode.INVALID_PARAMS, name + " has no " + uri);
            }
            return Optional.of(new ResourceContents(object().put("uri", uri).put("text", name + " has " + uri)));
        }
    }

    private final class Completions implements UpstreamCompletionSource {
        @Override
        public Optional<ObjectNode> complete(ObjectNode params, CallChannel channel) {
            return Optional.of(params.path("ref").path("uri").asString(""))
                    .filter(templates::contains)
                    .map(known -> object().put("from", name.value()));
        }
    }

    private final class Subscriptions implements UpstreamSubscriptions {
        @Override
        public void watch(String uri, boolean waits) {
            if (refusingSubscriptions) {
                throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, name + " has no subscriptions");
            }
            watched.add(uri);
        }

        @Override
        public void unwatch(String uri) {
            watched.remove(uri);
        }

        @Override
        public void logLevel(LogLevel mildest) {
            level = mildest;
        }
    }

    private final class Instructions implements UpstreamInstructions {
        @Override
        public String text() {
            return instructions;
        }

        @Override
        public boolean isAwaited() {
            return false;
        }
    }

    private final class Tasks implements UpstreamTasks {
        @Override
        public boolean areOffered() {
            return !tasks.isEmpty();
        }

        @Override
        public Optional<ObjectNode> request(String method, ObjectNode params, CallChannel channel) {
            return Optional.of(params.path("taskId").asString())
                    .filter(tasks::contains)
                    .map(id -> object().put("from", name.value()));
        }

        @Override
        public Followed follow(
                Set<String> ids, CallChannel channel, BiConsumer<String, ObjectNode> listener, Runnable lost) {
            return new Followed() {
                @Override
                public Set<String> ids() {
                    return ids;
                }

                @Override
                public void catchUp() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public ObjectNode list(CallChannel channel) {
            ObjectNode page = object();
            tasks.forEach(id -> page.withArray("tasks").addObject().put("taskId", id));
            return page;
        }
    }

    private final class Methods implements UpstreamExtensionMethods {
        @Override
        public boolean areOffered() {
            return !methods.isEmpty();
        }

        @Override
        public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
            if (!methods.contains(method)) {
                throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + method);
            }
            return object().put("from", name.value());
        }

        @Override
        public void notified(String method, ObjectNode params) {}
    }
}

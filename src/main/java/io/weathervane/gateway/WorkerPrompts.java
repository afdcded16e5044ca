package io.weathervane.gateway;

import io.weathervane.prompt.PromptResult;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.tool.CallChannel;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The active worker's prompts.
 *
 * @param awaitWorkers called before the worker is looked at, which may still be starting
 * @param patience how long a list is waited for before that of last time has to do; without one as long as a call may take
 */
public record WorkerPrompts(WorkerManager workers, Runnable awaitWorkers, Optional<Duration> patience)
        implements UpstreamPromptSource {
    @Override
    public List<ObjectNode> list(CallChannel channel) {
        awaitWorkers.run();
        try {
            return workers.content().listNow(WorkerListKind.PROMPTS, ChannelCallContext.of(channel), patience);
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    @Override
    public Optional<PromptResult> get(String name, ObjectNode arguments, CallChannel channel) {
        awaitWorkers.run();
        if (!workers.content().has(WorkerListKind.PROMPTS)) {
            return Optional.empty();
        }
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("name", name);
        params.set("arguments", arguments);
        try {
            return Optional.of(new PromptResult(new WorkerCallBridge(
                            workers, channel, by -> workers.content().request("prompts/get", params, by))
                    .result()));
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }
}

package io.weathervane.gateway;

import io.weathervane.block.CallBlock;
import io.weathervane.block.CallBlocks;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.tool.CallChannel;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The methods of the active worker's extensions.
 *
 * @param blocks what is asked before each request: what one does is unknown, so it may change something
 */
public record WorkerExtensionMethods(WorkerManager workers, CallBlocks blocks) implements UpstreamExtensionMethods {
    @Override
    public boolean areOffered() {
        return workers.content().serverInfo().announcesExtensions();
    }

    @Override
    public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
        Optional<CallBlock> block = blocks.blocking(method, workers.service().value(), /* readOnly= */ false);
        if (block.isPresent()) {
            throw new JsonRpcException(ErrorCode.INTERNAL_ERROR, block.get().refusal(method));
        }
        try {
            return new WorkerCallBridge(
                            workers, channel, by -> workers.content().requestOnce(method, params, by))
                    .result();
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    @Override
    public void notified(String method, ObjectNode params) {
        workers.content().sendNotification(method, params);
    }
}

package io.weathervane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.InputAnswer;
import io.weathervane.worker.WorkerInputRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ChannelCallContextTest {
    /** The worker's call is found by the question's key, so that is the key that the client gets too. */
    @Test
    void aQuestionThatEndsTheCallKeepsItsKeyAlsoWhenItSendsTheUserToAPage() {
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("mode", "url");
        ChannelCallContext context = ChannelCallContext.of(new PageOnlyClient());

        InputRequiredException inputRequired = catchThrowableOfType(
                InputRequiredException.class,
                () -> context.ask(new WorkerInputRequest("q-7", "elicitation/create", page, progress -> {})));

        assertThat(inputRequired.requests()).containsOnlyKeys("q-7");
        assertThat(inputRequired.inputRequests())
                .hasToString("{\"q-7\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\"}}}");
    }

    /** A modern client that can be sent to a page, and shows no forms. */
    private static final class PageOnlyClient implements CallChannel {
        @Override
        public boolean canAsk(InputRequest.Kind kind) {
            return false;
        }

        @Override
        public boolean returnsQuestions() {
            return true;
        }

        @Override
        public Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
            throw new InputRequiredException(questions);
        }
    }
}

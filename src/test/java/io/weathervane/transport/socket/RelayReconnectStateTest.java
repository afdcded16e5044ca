package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RelayReconnectStateTest {
    private final RelayReconnectState reconnectState = new RelayReconnectState(Set.of("look"));

    @Test
    void answersWhatCannotBeRepeatedAndForgetsIt() throws Exception {
        sending("{'jsonrpc':'2.0','id':'a','method':'tools/call','params':{'name':'change'}}");

        RelayReconnectState.Opening opening = reconnectState.reopen();

        assertThat(opening.lines()).isEmpty();
        assertThat(JsonRpcCodec.toJson(opening.answers().get(0)).toString())
                .contains("\"id\":\"a\"", "\"isError\":true", "change", "unknown", "audit_query")
                .doesNotContain("resultType");
        assertThat(reconnectState.nothingInFlight()).isTrue();
    }

    @Test
    void anAnswerToAModernRequestSaysThatItIsComplete() throws Exception {
        sending("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'change','_meta':"
                + "{'io.modelcontextprotocol/protocolVersion':'2026-07-28'}}}");

        assertThat(JsonRpcCodec.toJson(reconnectState.reopen().answers().get(0))
                        .path("result")
                        .path("resultType")
                        .asString())
                .isEqualTo("complete");
    }

    @Test
    void repeatsOneRequestThreeTimesAtMost() throws Exception {
        sending("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'look'}}");

        for (int i = 0; i < 3; i++) {
            assertThat(reconnectState.reopen().lines()).hasSize(1);
        }
        assertThat(reconnectState.reopen().answers()).hasSize(1);
    }

    @Test
    void doesNotRepeatWhatWasAnsweredOrCancelledOrNeverSent() throws Exception {
        sending("{'jsonrpc':'2.0','id':1,'method':'tools/list'}");
        sending("{'jsonrpc':'2.0','id':2,'method':'tools/list'}");
        sending("{'jsonrpc':'2.0','id':3,'method':'tools/list'}");
        received("{'jsonrpc':'2.0','id':1,'result':{}}");
        sending("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':2}}");
        reconnectState.notSent(line("{'jsonrpc':'2.0','id':3,'method':'tools/list'}"));

        assertThat(reconnectState.reopen().lines()).isEmpty();
    }

    @Test
    void doesNotRepeatMoreBytesThanItKeeps() throws Exception {
        String filler = "x".repeat(4 * 1024 * 1024 - 200);
        for (int id = 1; id <= 3; id++) {
            sending("{'jsonrpc':'2.0','id':" + id + ",'method':'tools/call','params':{'name':'look','arguments':{'a':'"
                    + filler + "'}}}");
        }

        RelayReconnectState.Opening opening = reconnectState.reopen();

        assertThat(opening.lines()).hasSize(2);
        assertThat(opening.answers()).hasSize(1);
    }

    @Test
    void learnsFromTheListsThatPassByWhichToolsOnlyRead() throws Exception {
        sending("{'jsonrpc':'2.0','id':1,'method':'tools/list'}");
        received("{'jsonrpc':'2.0','id':1,'result':{'tools':[{'name':'forecast','annotations':{'readOnlyHint':true}},"
                + "{'name':'look','annotations':{'readOnlyHint':false}}]}}");
        sending("{'jsonrpc':'2.0','id':2,'method':'tools/call','params':{'name':'forecast'}}");
        sending("{'jsonrpc':'2.0','id':3,'method':'tools/call','params':{'name':'look'}}");

        RelayReconnectState.Opening opening = reconnectState.reopen();

        assertThat(ids(opening.lines())).containsExactly("2");
        assertThat(opening.answers()).hasSize(1);
    }

    @Test
    void repeatsTheHandshakeWithoutTheClientSeeingIt() throws Exception {
        sending("{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'2025-11-25'}}");
        assertThat(received("{'jsonrpc':'2.0','id':0,'result':{}}")).isTrue();
        sending("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        sending("{'jsonrpc':'2.0','id':1,'method':'ping'}");

        assertThat(ids(reconnectState.reopen().lines()))
                .containsExactly(RelayReconnectState.SILENT.toString(), "", "1");
        assertThat(received("{'jsonrpc':'2.0','id':'" + RelayReconnectState.SILENT + "','result':{}}"))
                .isFalse();
        assertThat(received("{'jsonrpc':'2.0','id':1,'result':{}}")).isTrue();
        assertThat(reconnectState.nothingInFlight()).isTrue();
    }

    @Test
    void repeatsWhatTheClientToldOfItselfAfterTheHandshake() throws Exception {
        done(1, "'logging/setLevel','params':{'level':'info'}");
        done(2, "'logging/setLevel','params':{'level':'debug'}");
        done(3, "'resources/subscribe','params':{'uri':'a:1'}");
        done(4, "'resources/subscribe','params':{'uri':'a:2'}");
        done(5, "'resources/unsubscribe','params':{'uri':'a:1'}");
        sending("{'jsonrpc':'2.0','id':6,'method':'resources/subscribe','params':{'uri':'a:refused'}}");
        received("{'jsonrpc':'2.0','id':6,'error':{'code':-32002,'message':'no'}}");

        RelayReconnectState.Opening opening = reconnectState.reopen();

        assertThat(opening.silent()).isEqualTo(2);
        assertThat(opening.lines().stream().map(line -> new String(line, StandardCharsets.UTF_8)))
                .hasSize(2)
                .anyMatch(line -> line.contains("\"debug\""))
                .anyMatch(line -> line.contains("\"a:2\""));
        for (String id : ids(opening.lines())) {
            assertThat(received("{'jsonrpc':'2.0','id':'" + id + "','result':{}}"))
                    .isFalse();
        }
    }

    @Test
    void goesOnWithAnOpenSubscriptionAndWaitsForNoAnswerToIt() throws Exception {
        sending("{'jsonrpc':'2.0','id':1,'method':'subscriptions/listen','params':{'notifications':{}}}");

        assertThat(reconnectState.nothingInFlight()).isTrue();
        assertThat(ids(reconnectState.reopen().lines())).containsExactly("1");
    }

    @Test
    void passesOnWhatItDoesNotUnderstand() throws Exception {
        sending("{broken");

        assertThat(received("neither")).isTrue();
        assertThat(reconnectState.nothingInFlight()).isTrue();
    }

    private void done(int id, String methodAndParams) throws InterruptedException {
        sending("{'jsonrpc':'2.0','id':" + id + ",'method':" + methodAndParams + "}");
        received("{'jsonrpc':'2.0','id':" + id + ",'result':{}}");
    }

    private void sending(String line) throws InterruptedException {
        reconnectState.sending(line(line));
    }

    private boolean received(String line) {
        return reconnectState.received(line(line));
    }

    private static List<String> ids(List<byte[]> lines) {
        return lines.stream()
                .map(JsonRpcCodec.JSON::readTree)
                .map(node -> node.path("id"))
                .map(JsonNode::asString)
                .toList();
    }

    private static byte[] line(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}

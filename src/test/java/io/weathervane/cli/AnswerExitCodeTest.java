package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.SchemaCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** One rule for the answers of all tools, by what the caller wanted to come true. */
class AnswerExitCodeTest {
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        upgrade_run | {} | {'status':'refused'} | 1
        upgrade_run | {} | {'status':'aborted'} | 1
        upgrade_run | {} | {'status':'rolled-back','outcome':'rolled-back'} | 1
        upgrade_run | {} | {'status':'escalated','outcome':'escalated'} | 1
        upgrade_run | {} | {'status':'stopped','outcome':'stopped'} | 1
        upgrade_run | {} | {'status':'finished','outcome':'degraded'} | 1
        upgrade_run | {} | {'status':'no-status-of-ours'} | 1
        upgrade_run | {} | {'status':'finished','outcome':'inconclusive'} | 5
        upgrade_run | {} | {'status':'finished'} | 5
        upgrade_run | {} | {'status':'running'} | 5
        upgrade_run | {'wait':false} | {'status':'running'} | 0
        upgrade_run | {} | {'status':'finished','outcome':'healthy'} | 0
        upgrade_run | {} | {'status':'waiting'} | 0
        upgrade_run | {} | {'status':'shadow-passed'} | 0
        upgrade_run | {'dry_run':true} | {'status':'planned','passes':true} | 0
        upgrade_run | {'dry_run':true} | {'status':'planned','passes':false} | 1
        upgrade_abort | {} | {'status':'aborted','promotionId':null} | 0
        upgrade_abort | {} | {'status':'rolled-back','promotionId':'p1'} | 1
        upgrade_status | {} | {'status':'rolled-back','outcome':'rolled-back'} | 0
        monitor_status | {} | {'state':'ended','outcome':'escalated'} | 0
        decision_explain | {} | {'action':'rollback'} | 0
        kill_switch_reset | {} | {'reset':true,'dryRun':false,'killSwitch':{'engaged':false},'preconditions':[]} | 0
        kill_switch_reset | {} | {'reset':false,'dryRun':false,'killSwitch':{'engaged':false},'preconditions':[{'ok':false}]} | 0
        kill_switch_reset | {} | {'reset':false,'dryRun':true,'killSwitch':{'engaged':true},'preconditions':[{'ok':true},{'ok':false}]} | 1
        kill_switch_reset | {} | {'reset':false,'dryRun':true,'killSwitch':{'engaged':true},'preconditions':[{'ok':true}]} | 0
        kill_switch_reset | {} | {'reset':false,'dryRun':true,'killSwitch':{'engaged':false},'preconditions':[{'ok':false}]} | 0
        worker_rollback | {} | {'rolledBack':true,'dryRun':false,'verified':true} | 0
        worker_rollback | {} | {'rolledBack':true,'dryRun':false,'verified':false} | 5
        worker_rollback | {} | {'rolledBack':false,'dryRun':false,'verified':null} | 1
        worker_rollback | {} | {'rolledBack':false,'dryRun':true,'verified':null} | 0
        worker_rollback | {} | {'rolledBack':false} | 1
        worker_promote | {} | {'promoted':true,'dryRun':false} | 0
        worker_promote | {} | {'promoted':false,'dryRun':true} | 0
        worker_promote | {} | {'promoted':false,'dryRun':false} | 1
        worker_start_canary | {} | {'started':false,'dryRun':false} | 1
        worker_stop_canary | {} | {'stopped':true,'dryRun':false} | 0
        kill_switch_engage | {} | {'alreadyEngaged':true,'durable':true} | 0
        a_worker's_tool | {} | {'status':'refused','promoted':false} | 0
        """)
    void followsTheAnswer(String tool, String arguments, String answer, int code) {
        ObjectNode result = json("{'isError':false}").set("structuredContent", json(answer));

        assertThat(AnswerExitCode.of(tool, json(arguments), result)).isEqualTo(code);
    }

    @Test
    void anErrorIsANoWhicheverToolSaysIt() {
        for (String tool : SchemaCatalog.load().names()) {
            assertThat(AnswerExitCode.of(tool, json("{}"), json("{'isError':true}")))
                    .isEqualTo(ExitCode.REFUSED);
        }
        assertThat(AnswerExitCode.of("a_worker's_tool", json("{}"), json("{'isError':true}")))
                .isEqualTo(ExitCode.REFUSED);
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }
}

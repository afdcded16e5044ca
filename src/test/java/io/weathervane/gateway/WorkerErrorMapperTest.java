package io.weathervane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerCallException.Kind;
import org.junit.jupiter.api.Test;

class WorkerErrorMapperTest {
    private static final ServiceName SEARCH = new ServiceName("search");

    @Test
    void whereThereAreSeveralServicesTheErrorSaysWhoseWorkerItIs() {
        WorkerCallException down = new WorkerCallException(Kind.NONE_ACTIVE, "the active worker stable is down");

        assertThat(WorkerErrorMapper.ofTool(down, SEARCH))
                .hasMessage("the active worker stable is down. worker_status with service=search shows what is wrong.");
        assertThat(WorkerErrorMapper.ofContent(down, SEARCH)).hasMessageContaining("service=search");
        assertThat(WorkerErrorMapper.ofTool(down, ServiceName.DEFAULT))
                .hasMessage("the active worker stable is down. worker_status shows what is wrong.");
    }

    @Test
    void anErrorOfTheWorkersOwnStaysAsItIs() {
        WorkerCallException own = new WorkerCallException(Kind.RPC_ERROR, -32001, "no such page", /* data= */ null);

        assertThat(WorkerErrorMapper.ofTool(own, SEARCH))
                .isInstanceOf(JsonRpcException.class)
                .hasMessage("no such page");
    }
}

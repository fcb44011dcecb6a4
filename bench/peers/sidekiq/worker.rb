# Started with Sidekiq's own command: sidekiq -r worker.rb -c 10
require_relative 'common'

Sidekiq.logger.level = Logger::WARN

# Counts the jobs and says so, as every worker of the benchmark does.
module JobCount
  LAST = ENV.fetch('BENCH_JOBS', '0').to_i
  LATENCY = ENV['BENCH_LATENCY'] == '1'
  LOCK = Mutex.new
  @count = @said = 0

  def self.ran(name)
    $stdout.write("latency #{microseconds - name.to_i}\n") if LATENCY
    LOCK.synchronize do
      @count += 1
      say if LATENCY || @count == 1 || @count == LAST
    end
  end

  def self.say
    return if @said == @count

    @said = @count
    $stdout.write("count #{Process.pid} #{@count} #{microseconds}\n")
  end

  def self.start
    # An idle worker would be charged with it.
    Thread.new { loop { sleep 0.02; LOCK.synchronize { say } } } unless LATENCY
    $stdout.write("ready #{Process.pid}\n")
  end
end

class Welcome
  include Sidekiq::Worker

  WAIT = ENV.fetch('BENCH_WAIT', '0').to_i / 1000.0

  def perform(_user_id, _email, name)
    JobCount.ran(name)
    sleep WAIT if WAIT.positive?
  end
end

Sidekiq.configure_server { |config| config.on(:startup) { JobCount.start } }

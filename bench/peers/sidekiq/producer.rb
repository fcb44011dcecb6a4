require_relative 'common'

NAME = 'Maria Magdalena Mustermann'.freeze

def arguments(number, name)
  [100_000 + number, "customer.#{100_000 + number}@post.example.com", name]
end

def push(number, name)
  Sidekiq::Client.push('class' => 'Welcome', 'queue' => 'default', 'args' => arguments(number, name))
end

def enqueue(jobs, callers)
  numbers = (0...jobs).each_slice((jobs + callers - 1) / callers)
  numbers.map { |share| Thread.new { share.each { |number| push(number, NAME) } } }.each(&:join)
end

# A thousand at a time, as Sidekiq's own documentation has it.
def bulk(jobs)
  (0...jobs).each_slice(1000) do |share|
    Sidekiq::Client.push_bulk('class' => 'Welcome', 'queue' => 'default', 'args' => share.map { |number| arguments(number, NAME) })
  end
end

def latency(jobs, gap, spread)
  jobs.times do |number|
    sleep((gap + rand * spread) / 1000.0)
    push(number, microseconds.to_s)
  end
end

puts "ready Sidekiq #{Sidekiq::VERSION}, Ruby #{RUBY_VERSION}"
$stdin.each_line do |line|
  command, *numbers = line.split
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  send(command, *numbers.map(&:to_i))
  puts format('done %.6f', Process.clock_gettime(Process::CLOCK_MONOTONIC) - start)
end
